import {
  type Cancellation,
  type Payment,
  type PaymentMethod,
  type ScriptedOutcome,
  type VirtualAccount,
} from './payment';

/** How long the payment window may stay open. Documented. */
export const readyForMs = 30 * 60_000;
/** How long an authenticated payment waits for its confirm. Documented. */
export const confirmableForMs = 10 * 60_000;

/** A transition that the state does not allow: always a mistake of the caller, who must look at the status first. */
export class IllegalTransition extends Error {
  constructor(payment: Payment, transition: string) {
    super(`${payment.orderId}: ${transition} is not possible while ${payment.status}`);
    this.name = 'IllegalTransition';
  }
}

/** The buyer finished the payment window. A virtual account is issued by the confirm, not here. */
export function authenticate(
  payment: Payment,
  by: { method: PaymentMethod; outcome: ScriptedOutcome | null; secret: string; atMs: number },
): Payment {
  if (payment.status !== 'READY') throw new IllegalTransition(payment, 'authenticate');
  const { method, outcome, secret } = by;
  return { ...payment, status: 'IN_PROGRESS', method, outcome, secret, authenticatedAtMs: by.atMs };
}

/** The confirm succeeded and money moved. */
export function approve(payment: Payment, by: { transactionKey: string; atMs: number }): Payment {
  if (payment.status !== 'IN_PROGRESS') throw new IllegalTransition(payment, 'approve');
  return { ...payment, status: 'DONE', approvedAtMs: by.atMs, lastTransactionKey: by.transactionKey };
}

/** The confirm of a virtual account succeeded: no money moved yet. */
export function issueAccount(payment: Payment, by: { transactionKey: string; account: VirtualAccount }): Payment {
  if (payment.status !== 'IN_PROGRESS') throw new IllegalTransition(payment, 'issueAccount');
  const { account: virtualAccount, transactionKey: lastTransactionKey } = by;
  return { ...payment, status: 'WAITING_FOR_DEPOSIT', virtualAccount, lastTransactionKey };
}

export function deposit(payment: Payment, by: { transactionKey: string; atMs: number }): Payment {
  if (payment.status !== 'WAITING_FOR_DEPOSIT') throw new IllegalTransition(payment, 'deposit');
  return { ...payment, status: 'DONE', approvedAtMs: by.atMs, lastTransactionKey: by.transactionKey };
}

/** The bank took the deposit back: the payment waits again. Documented; usually within two minutes. */
export function reverseDeposit(payment: Payment, by: { transactionKey: string }): Payment {
  if (payment.status !== 'DONE' || payment.virtualAccount === null) {
    throw new IllegalTransition(payment, 'reverseDeposit');
  }
  return { ...payment, status: 'WAITING_FOR_DEPOSIT', approvedAtMs: null, lastTransactionKey: by.transactionKey };
}

export function abort(payment: Payment, failure: { code: string; message: string }): Payment {
  if (payment.status !== 'IN_PROGRESS') throw new IllegalTransition(payment, 'abort');
  return { ...payment, status: 'ABORTED', failure };
}

export function expire(payment: Payment): Payment {
  if (payment.status !== 'READY' && payment.status !== 'IN_PROGRESS') throw new IllegalTransition(payment, 'expire');
  const failure = { code: 'EXPIRED_PAYMENT', message: '결제 시간이 만료되었습니다.' };
  return { ...payment, status: 'EXPIRED', method: null, secret: null, failure };
}

/**
 * Gives `amount` back. One cancellation of everything ends in CANCELED; after a partial one the status stays
 * PARTIAL_CANCELED for good, even when nothing remains (measured).
 */
export function cancel(
  payment: Payment,
  by: { amount: number; reason: string; taxFreeAmount: number; transactionKey: string; atMs: number },
): Payment {
  const deposited = payment.status === 'DONE' || payment.status === 'PARTIAL_CANCELED';
  if (!deposited && payment.status !== 'WAITING_FOR_DEPOSIT') throw new IllegalTransition(payment, 'cancel');
  if (by.amount <= 0 || by.amount > payment.balanceAmount) throw new RangeError(`${by.amount} cannot be cancelled`);
  const balanceAmount = payment.balanceAmount - by.amount;
  if (!deposited && balanceAmount > 0) throw new IllegalTransition(payment, 'partial cancel');
  const cancellation: Cancellation = {
    transactionKey: by.transactionKey,
    cancelAmount: by.amount,
    cancelReason: by.reason,
    taxFreeAmount: by.taxFreeAmount,
    refundableAmount: balanceAmount,
    canceledAtMs: by.atMs,
  };
  return {
    ...payment,
    status: payment.cancels.length === 0 && balanceAmount === 0 ? 'CANCELED' : 'PARTIAL_CANCELED',
    balanceAmount,
    taxFreeAmount: payment.taxFreeAmount - by.taxFreeAmount,
    cancels: [...payment.cancels, cancellation],
    lastTransactionKey: by.transactionKey,
    virtualAccount: payment.virtualAccount && {
      ...payment.virtualAccount,
      refundStatus: deposited ? 'COMPLETED' : 'NONE',
    },
  };
}

/** When a payment left alone expires, in epoch ms; undefined when it does not. */
export function expiresAtMs(payment: Payment): number | undefined {
  if (payment.status === 'READY') return payment.requestedAtMs + readyForMs;
  if (payment.status === 'IN_PROGRESS') return (payment.authenticatedAtMs ?? payment.requestedAtMs) + confirmableForMs;
  return undefined;
}
