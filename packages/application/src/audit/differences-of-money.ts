import { type Movement } from '../ports/gateway/gateway-books';
import { type PaymentRecords } from './audit-records';
import { type Difference, distance, type Gap, won } from './differences-within';

/** Money that the records of a payment say has moved. */
export interface OwnMovement {
  readonly kind: 'charge' | 'refund';
  readonly amount: bigint;
  readonly pgTransactionId: string | null;
  readonly at: Date;
}

export function ownMovementsOf({ transactions, besides }: PaymentRecords): readonly OwnMovement[] {
  const moved = transactions
    .filter(({ status, amount }) => status === 'SUCCESS' && amount > 0n)
    .map(({ type, amount, pgTransactionId, occurredAt }) => ({
      ...{ kind: type === 'APPROVAL' ? ('charge' as const) : ('refund' as const) },
      ...{ amount, pgTransactionId, at: occurredAt },
    }));
  return [...moved, ...besides];
}

/**
 * Each movement of the gateway beside the one of ours that says the same, and what is left on either side. Both sides know
 * more than the period; what is left counts where it happened within.
 */
export function differencesOfMoney(
  records: PaymentRecords,
  movements: readonly Movement[],
  isWithin: (at: Date | null) => boolean,
): readonly Difference[] {
  const left = [...ownMovementsOf(records)];
  const found: Difference[] = [];
  for (const moved of movements) {
    const index = left.findIndex((own) => isSame(own, moved));
    const [own] = index < 0 ? [] : left.splice(index, 1);
    if (own === undefined) {
      if (!isWithin(moved.at)) continue;
      const text = `the gateway ${wordOf(moved.kind)} ${wonOr(moved.amount)} of which no record of the payment knows`;
      found.push({ krw: moved.amount ?? 0n, text, gap: gapOf(moved.kind, moved.amount ?? 0n) });
    } else if (own.amount !== moved.amount) {
      const text = `the gateway ${wordOf(moved.kind)} ${wonOr(moved.amount)}, and our record of it says ${won(own.amount)}`;
      const by = (moved.amount ?? 0n) - own.amount;
      found.push({ krw: distance(by, 0n), text, gap: gapOf(moved.kind, by) });
    } else if (moved.kind === 'charge' && isApproval(own, records) && records.payment.paymentKey !== moved.paymentKey) {
      const text = 'the payment was charged under another payment key than it names';
      found.push({ krw: own.amount, text, gap: null });
    }
  }
  for (const own of left.filter(({ at }) => isWithin(at))) {
    const text = `our records say that ${won(own.amount)} ${own.kind === 'charge' ? 'were charged' : 'went back'}, the gateway does not`;
    found.push({ krw: own.amount, text, gap: gapOf(own.kind, -own.amount) });
  }
  return found;
}

/** Of a movement whose kind nobody knows, no sum is known to differ. */
function gapOf(kind: Movement['kind'], by: bigint): Gap | null {
  if (kind === null) return null;
  return { of: kind === 'charge' ? 'charged' : 'given back', between: 'transactions-gateway', by };
}

/** A deposit that the bank took back has another name here than there; an order has one at most. */
function isSame(own: OwnMovement, moved: Movement): boolean {
  if (moved.kind === 'reversal') return own.kind === 'refund' && own.pgTransactionId?.startsWith('reversal-') === true;
  return own.kind === moved.kind && own.pgTransactionId === moved.pgTransactionId;
}

function isApproval({ pgTransactionId }: OwnMovement, { transactions }: PaymentRecords): boolean {
  return transactions.some((one) => one.type === 'APPROVAL' && one.pgTransactionId === pgTransactionId);
}

function wordOf(kind: Movement['kind']): string {
  return kind === 'charge' ? 'took' : kind === null ? 'moved' : 'gave back';
}

function wonOr(amount: bigint | null): string {
  return amount === null ? 'a sum that is no won' : won(amount);
}
