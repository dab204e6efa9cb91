import { type PaymentRecords } from './audit-records';

/** One thing that does not fit, and how much money is in question. */
export interface Difference {
  readonly krw: bigint;
  readonly text: string;
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
  if (approved !== (isPaid ? amount : 0n)) {
    const stands = isPaid ? `over ${won(amount)}` : `not paid (${status})`;
    found.push({
      krw: distance(approved, isPaid ? amount : 0n),
      text: `the payment is ${stands}, its approval over ${won(approved)}`,
    });
  }
  const cancelled = sumOf('CANCEL');
  if (cancelled !== canceledAmount) {
    found.push({
      krw: distance(cancelled, canceledAmount),
      text: `the payment says that ${won(canceledAmount)} went back, its transactions ${won(cancelled)}`,
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
  if (!isChain) found.push({ krw: 0n, text: `the history has a gap: ${history.map(shown).join(', ')}` });
  if (last.toStatus !== status || last.canceledAmount !== canceledAmount || last.sequence !== sequence) {
    const said = `${last.toStatus} with ${won(last.canceledAmount)} given back after ${last.sequence} changes`;
    const stands = `${status} with ${won(canceledAmount)} after ${sequence}`;
    found.push({
      krw: distance(last.canceledAmount, canceledAmount),
      text: `the history ends ${said}, the payment is ${stands}`,
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
