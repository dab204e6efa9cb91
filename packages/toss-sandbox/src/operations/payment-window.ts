import { z } from 'zod';
import { newPaymentKey, newPaymentSecret } from '../state/payment/payment-identity';
import { type Checkout, type Payment, type PaymentMethod, type ScriptedOutcome } from '../state/payment/payment';
import { authenticate } from '../state/payment/payment-state-machine';
import { type ClientKeyOwner } from '../state/merchant-keys';
import { type SandboxState } from '../state/sandbox-state';
import { type WebhookDelivery } from '../webhooks/webhook-delivery';
import { wasConfirmed } from './confirm';

/** What the merchant's page hands to the payment window. */
export const windowRequest = z.strictObject({
  clientKey: z.string().min(1).describe('Decides merchant and key family'),
  orderId: z.string().describe('6 to 64 of A-Z a-z 0-9 _ -'),
  orderName: z.string().describe('Up to 100 characters'),
  amount: z.number(),
  currency: z.enum(['KRW', 'USD', 'JPY']).optional(),
  customerKey: z.string().optional(),
  taxFreeAmount: z.number().min(0).optional(),
  taxExemptionAmount: z.number().min(0).optional(),
  useEscrow: z.boolean().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

export type WindowRequest = Readonly<z.infer<typeof windowRequest>>;

export type Opened =
  { readonly kind: 'opened'; readonly payment: Payment } | { readonly kind: 'refused'; readonly code: string };

/** Opens a payment window: the payment is READY for 30 minutes. Resolves when it is durable. `checkout` is for a hosted page. */
export async function openWindow(
  state: SandboxState,
  request: WindowRequest,
  checkout: Checkout | null = null,
): Promise<Opened> {
  const owner = state.keys.ownerOf(request.clientKey);
  if (owner === undefined) return { kind: 'refused', code: 'UNAUTHORIZED_KEY' };
  const refusal = check(state, owner.mId, request);
  if (refusal !== undefined) return { kind: 'refused', code: refusal };
  const payment = ready(state, owner, request, checkout);
  await state.commit({ payment });
  return { kind: 'opened', payment };
}

export type Finished =
  | { readonly kind: 'authenticated'; readonly payment: Payment; readonly webhooks: readonly WebhookDelivery[] }
  | { readonly kind: 'not-ready'; readonly payment: Payment }
  | { readonly kind: 'unknown' };

/** The buyer authenticated: the payment may be confirmed for 10 minutes. Resolves when that is durable. */
export async function finishWindow(
  state: SandboxState,
  paymentKey: string,
  by: { method: PaymentMethod; outcome: ScriptedOutcome | null },
): Promise<Finished> {
  const payment = state.payments.get(paymentKey);
  if (payment === undefined) return { kind: 'unknown' };
  if (payment.status !== 'READY') return { kind: 'not-ready', payment };
  const secret = newPaymentSecret(state.random);
  const authenticated = authenticate(payment, { ...by, secret, atMs: state.clock.nowMs() });
  return { kind: 'authenticated', payment: authenticated, webhooks: await state.commit({ payment: authenticated }) };
}

function check(state: SandboxState, mId: string, request: WindowRequest): string | undefined {
  const { orderId, amount, orderName } = request;
  const allowed = state.switches.orderIdAlphabet === 'with-equals' ? /^[A-Za-z0-9_=-]{6,64}$/ : /^[A-Za-z0-9_-]{6,64}$/;
  if (!allowed.test(orderId)) return 'INVALID_ORDER_ID';
  if (!(amount > 0) || orderName === '' || orderName.length > 100) return 'INVALID_REQUEST';
  if ((request.currency ?? 'KRW') === 'KRW' && !Number.isSafeInteger(amount)) return 'INVALID_REQUEST';
  if ((request.taxFreeAmount ?? 0) + (request.taxExemptionAmount ?? 0) > amount) return 'INVALID_REQUEST';
  const siblings = state.payments.ofOrder(orderId).filter((payment) => payment.mId === mId);
  const failed = (payment: Payment) => payment.status === 'ABORTED' || payment.status === 'EXPIRED';
  const reuse = state.switches.orderIdReuseAfterFailure;
  if (siblings.some((payment) => wasConfirmed(payment) || (failed(payment) && reuse === 'DUPLICATED_ORDER_ID'))) {
    return 'DUPLICATED_ORDER_ID';
  }
  return undefined;
}

function ready(
  state: SandboxState,
  { mId, clientKey }: ClientKeyOwner,
  request: WindowRequest,
  checkout: Checkout | null,
): Payment {
  const nowMs = state.clock.nowMs();
  let paymentKey = newPaymentKey(mId, nowMs, state.random);
  while (state.payments.get(paymentKey) !== undefined) paymentKey = newPaymentKey(mId, nowMs, state.random);
  return {
    paymentKey,
    orderId: request.orderId,
    orderName: request.orderName,
    mId,
    clientKey,
    customerKey: request.customerKey ?? null,
    currency: request.currency ?? 'KRW',
    totalAmount: request.amount,
    taxFreeAmount: request.taxFreeAmount ?? 0,
    taxExemptionAmount: request.taxExemptionAmount ?? 0,
    useEscrow: request.useEscrow ?? false,
    metadata: request.metadata ?? null,
    status: 'READY',
    method: null,
    balanceAmount: request.amount,
    requestedAtMs: nowMs,
    authenticatedAtMs: null,
    approvedAtMs: null,
    lastTransactionKey: null,
    secret: null,
    cancels: [],
    failure: null,
    outcome: null,
    virtualAccount: null,
    checkout,
  };
}
