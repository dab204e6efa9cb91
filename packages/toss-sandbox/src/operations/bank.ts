import { newTransactionKey } from '../state/payment/payment-identity';
import { type Payment } from '../state/payment/payment';
import { deposit, reverseDeposit } from '../state/payment/payment-state-machine';
import { type SandboxState } from '../state/sandbox-state';
import { type WebhookDelivery } from '../webhooks/webhook-delivery';

export type BankResult =
  | { readonly kind: 'booked'; readonly payment: Payment; readonly webhooks: readonly WebhookDelivery[] }
  | { readonly kind: 'refused'; readonly why: string };

/** The buyer pays into the virtual account. Refused after its due date, and while another request changes the payment. */
export function payIn(state: SandboxState, paymentKey: string): Promise<BankResult> {
  return book(state, paymentKey, (payment) => {
    if (payment.status !== 'WAITING_FOR_DEPOSIT') return undefined;
    const nowMs = state.clock.nowMs();
    if (payment.virtualAccount !== null && nowMs >= payment.virtualAccount.dueAtMs) return undefined;
    const transactionKey = newTransactionKey(state.random);
    const row = state.ledgerRow('charge', payment, { amount: payment.totalAmount, transactionKey });
    return { payment: deposit(payment, { transactionKey, atMs: nowMs }), rows: [row] };
  });
}

/** The bank takes the deposit back. Refused once something was cancelled. */
export function takeBack(state: SandboxState, paymentKey: string): Promise<BankResult> {
  return book(state, paymentKey, (payment) => {
    if (payment.status !== 'DONE' || payment.virtualAccount === null) return undefined;
    const transactionKey = newTransactionKey(state.random);
    const row = state.ledgerRow('deposit-reversal', payment, { amount: payment.totalAmount, transactionKey });
    return { payment: reverseDeposit(payment, { transactionKey }), rows: [row] };
  });
}

type Booking = Parameters<SandboxState['commit']>[0] & { readonly payment: Payment };

async function book(
  state: SandboxState,
  paymentKey: string,
  change: (payment: Payment) => Booking | undefined,
): Promise<BankResult> {
  const payment = state.payments.get(paymentKey);
  if (payment === undefined) return { kind: 'refused', why: 'No such payment' };
  if (!state.payments.lock(paymentKey)) return { kind: 'refused', why: 'Another request is changing the payment' };
  try {
    const booking = change(payment);
    if (booking === undefined) return { kind: 'refused', why: `The payment is ${payment.status}, or too late` };
    return { kind: 'booked', payment: booking.payment, webhooks: await state.commit(booking) };
  } finally {
    state.payments.unlock(paymentKey);
  }
}
