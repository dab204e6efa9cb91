import { type AttemptProspect } from '@koosco/payment-application';
import { type CaseAttempt, type CaseFile, type Right } from '@koosco/payment-db/operators';
import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { saidByToss } from '../explain/said-by-toss';
import { type TossReading } from '../explain/toss-reading';
import { won } from '../explain/won';

/** An attempt beside its payment, its charges and what Toss says, and what came of looking at them. */
export interface ShownAttempt {
  readonly file: CaseFile & { readonly payment: NonNullable<CaseFile['payment']> };
  readonly attempt: CaseAttempt;
  readonly toss: readonly TossReading[];
  readonly prospect: AttemptProspect;
  /** What can be done, or why nothing can. */
  readonly text: string;
  readonly missing: readonly Right[];
  /** What was done; null for nothing. */
  readonly done: string | null;
  readonly json: boolean;
}

/** A line a record; or one line of JSON. Payment keys are masked. */
export function shownAttempt({ file, attempt, toss, prospect, text, missing, done, json }: ShownAttempt): string {
  const { payment, unappliedCharges, refunds, transactions } = file;
  const key = maskPaymentKey(attempt.paymentKey);
  const charges = [
    ...transactions.map(({ type, status, amount }) => `${type} ${status} over ${won(amount)}`),
    ...unappliedCharges.map(
      ({ amount, reason, refundedAt }) =>
        `unapplied ${won(amount)} (${reason}), ${refundedAt === null ? 'to go back' : 'gone back'}`,
    ),
    ...refunds.map(({ amount, status, origin }) => `refund ${status} of ${won(amount)} (${origin})`),
  ];
  const said = toss.map(saidByToss);
  if (json) {
    const { attemptId, status, asks, fence, leasedUntil, isLeased, dueAt, pgCode } = attempt;
    return JSON.stringify({
      ...{ attemptId, orderId: String(payment.orderId), paymentId: payment.paymentId, paymentKey: key },
      attempt: { status, amount: String(attempt.amount), pgCode, asks, fence, leasedUntil, isLeased, dueAt },
      payment: {
        status: payment.status,
        amount: String(payment.amount),
        isOrderCancelled: payment.orderCancelledAt !== null,
      },
      ...{ charges, toss: said, prospect, text, missing, done },
    });
  }
  const lines = [
    `attempt  ${attempt.attemptId}: ${won(attempt.amount)} with ${key}, begun ${attempt.createdAt.toISOString()}`,
    `         ${standingOf(attempt)}`,
    `payment  ${payment.paymentId} of order ${payment.orderId}: ${payment.status}, ${won(payment.amount)}` +
      (payment.orderCancelledAt === null ? '' : ', its order was cancelled'),
    ...(charges.length === 0 ? ['charges  none is recorded'] : charges.map((line) => `charges  ${line}`)),
    ...said.map((line) => `toss     ${line}`),
    `${prospect.kind === 'possible' ? 'possible' : 'so      '} ${text}`,
  ];
  return [...lines, ...(done === null ? [] : [done])].join('\n');
}

function standingOf({ status, pgCode, asks, isLeased, fence, leasedUntil, dueAt }: CaseAttempt): string {
  const code = pgCode === null ? '' : ` (${pgCode})`;
  const owner = isLeased
    ? `owned under fencing token ${fence} until ${iso(leasedUntil)}`
    : status === 'IN_FLIGHT'
      ? `its owner (fencing token ${fence}) is gone since ${iso(leasedUntil)}`
      : 'nobody is at work on it';
  const due = dueAt === null || isLeased ? '' : `, outbox-relay looks at ${iso(dueAt)}`;
  return `${status}${code}, asked about ${asks} times in vain; ${owner}${due}`;
}

function iso(at: Date | null): string {
  return at?.toISOString() ?? 'no time';
}
