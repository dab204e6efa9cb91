import { type ForcedCode } from '../faults/forced-codes';
import { type KeyHolder } from '../state/merchant-keys';
import { type Payment } from '../state/payment/payment';
import { paymentOfOrder } from '../state/payment/payment-register';
import { viewPayment } from '../state/payment/payment-view';
import { type SandboxState } from '../state/sandbox-state';
import { refuse, type Outcome, type Speaker } from './answer';

export interface LookupCommand extends Speaker {
  readonly by: { readonly paymentKey: string } | { readonly orderId: string };
  readonly holder: KeyHolder;
  readonly forced: ForcedCode | undefined;
}

/** `GET /v1/payments/{paymentKey}` and `GET /v1/payments/orders/{orderId}`. */
export function lookup(state: SandboxState, command: LookupCommand): Outcome {
  if (command.forced !== undefined) return refuse('lookup', command.forced.code, command);
  const payment = find(state, command);
  if (payment === undefined) return refuse('lookup', 'NOT_FOUND_PAYMENT', command);
  const viewing = { ...command, lookup: true, nowMs: state.clock.nowMs() };
  return { answer: { status: 200, body: JSON.stringify(viewPayment(payment, viewing)) } };
}

function find(state: SandboxState, { by, holder, switches }: LookupCommand): Payment | undefined {
  const visible = (payment: Payment) =>
    payment.mId === holder.mId &&
    (switches.lookupOfUnapproved === 'returned' || (payment.status !== 'READY' && payment.status !== 'IN_PROGRESS'));
  if ('orderId' in by) {
    return paymentOfOrder(state.payments.ofOrder(by.orderId).filter(visible), switches.lookupBySharedOrderId);
  }
  const payment = state.payments.get(by.paymentKey);
  return payment !== undefined && visible(payment) ? payment : undefined;
}
