import { type PaymentRecords } from './audit-records';

/** One thing that does not fit, and how much money is in question. */
export interface Difference {
  readonly krw: bigint;
  readonly text: string;
  /** Null where no sum differs: then `krw` speaks for itself. */
  readonly gap: Gap | null;
}

/** Two neighbouring records of a payment that say different sums. */
export interface Gap {
  readonly of: 'charged' | 'given back';
  readonly between: 'transactions-gateway' | 'transactions-payment' | 'payment-history' | 'history-events';
  /** How much more the second of them says; less than 0 for less. */
  readonly by: bigint;
}

type Own = Pick<PaymentRecords, 'payment'> & {
  readonly transactions: readonly Pick<PaymentRecords['transactions'][number], 'type' | 'status' | 'amount'>[];
  readonly history: readonly Pick<
    PaymentRecords['history'][number],
    'sequence' | 'fromStatus' | 'toStatus' | 'canceledAmount'
  >[];
};

/** In what the records of one payment contradict each other, whatever anybody else says. */
export function differencesWithin({ payment, transactions, history }: Own): readonly Difference[] {
  const { status, amount, canceledAmount, sequence } = payment;
  const found: Difference[] = [];
  const sumOf = (type: string) =>
    transactions
      .filter((moved) => moved.type === type && moved.status === 'SUCCESS')
      .reduce((sum, moved) => sum + moved.amount, 0n);
  const isPaid =
    status === 'APPROVED' || status === 'PARTIALLY_CANCELED' || (status === 'CANCELED' && canceledAmount > 0n);
  const approved = sumOf('APPROVAL');
  const paid = isPaid ? amount : 0n;
  if (approved !== paid) {
    const stands = isPaid ? `over ${won(amount)}` : `not paid (${status})`;
    found.push({
      krw: distance(approved, paid),
      text: `the payment is ${stands}, its approval over ${won(approved)}`,
      gap: { of: 'charged', between: 'transactions-payment', by: paid - approved },
    });
  }
  const cancelled = sumOf('CANCEL');
  if (cancelled !== canceledAmount) {
    found.push({
      krw: distance(cancelled, canceledAmount),
      text: `the payment says that ${won(canceledAmount)} went back, its transactions ${won(cancelled)}`,
      gap: { of: 'given back', between: 'transactions-payment', by: canceledAmount - cancelled },
    });
  }
  const last = history.at(-1);
  // Payments from before there was a history have none until their next change.
  if (last === undefined) return found;
  const first = history[0]?.sequence ?? 1;
  const isChain = history.every(
    (change, index) =>
      change.sequence === first + index && (index === 0 || change.fromStatus === history[index - 1]?.toStatus),
  );
  if (!isChain) found.push({ krw: 0n, text: `the history has a gap: ${history.map(shown).join(', ')}`, gap: null });
  if (last.toStatus !== status || last.canceledAmount !== canceledAmount || last.sequence !== sequence) {
    const said = `${last.toStatus} with ${won(last.canceledAmount)} given back after ${last.sequence} changes`;
    const stands = `${status} with ${won(canceledAmount)} after ${sequence}`;
    found.push({
      krw: distance(last.canceledAmount, canceledAmount),
      text: `the history ends ${said}, the payment is ${stands}`,
      gap: { of: 'given back', between: 'payment-history', by: last.canceledAmount - canceledAmount },
    });
  }
  return found;
}

function shown({ sequence, fromStatus, toStatus }: Own['history'][number]): string {
  return `${sequence} ${fromStatus ?? ''}→${toStatus}`;
}

/** By how much two sums differ. */
export function distance(one: bigint, other: bigint): bigint {
  return one > other ? one - other : other - one;
}

/** `15,000 KRW`. */
export function won(amount: bigint): string {
  return `${amount.toLocaleString('en-US')} KRW`;
}
