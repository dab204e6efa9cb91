import { type ApprovalReading, type AttemptProspect } from '@koosco/payment-application';
import { won } from '@koosco/payment-application/records';
import { type CaseAttempt, type CaseFile } from '@koosco/payment-db/operators';

/** What can be done about an attempt, or why nothing can. */
export function prospectText(
  prospect: AttemptProspect,
  reading: ApprovalReading,
  attempt: CaseAttempt,
  { payment }: Pick<CaseFile, 'payment'>,
): string {
  switch (prospect.kind) {
    case 'possible': {
      const before = payment?.status ?? null;
      const isCancelled = payment !== null && payment.orderCancelledAt !== null;
      return `${deedOf(prospect, attempt, { before, isCancelled })}${changeOf(prospect, before)}`;
    }
    case 'refused':
      return `nothing: ${whyNot(prospect.because, reading, attempt)}`;
    case 'awaiting-deposit':
      return "nothing is to be done: Toss waits for the buyer's transfer, and outbox-relay for Toss";
    case 'settled':
      return `nothing is to be done: the attempt is settled, ${attempt.status}`;
  }
}

type Possible = Extract<AttemptProspect, { readonly kind: 'possible' }>;

function deedOf(
  { attempt, payment }: Possible,
  { amount }: CaseAttempt,
  { before, isCancelled }: { readonly before: string | null; readonly isCancelled: boolean },
): string {
  switch (attempt) {
    case 'SUCCEEDED':
      if (payment === before) return 'it is closed, since its charge is the one that the payment has';
      return isCancelled
        ? `the charge of ${won(amount)} is recorded, and goes back since the order was cancelled`
        : `the charge of ${won(amount)} is recorded`;
    case 'UNAPPLIED':
      return 'the charge is recorded as one that its payment cannot take, and goes back';
    case 'AWAITING_DEPOSIT':
      return "it is written down that Toss waits for the buyer's transfer";
    case 'DECLINED':
      return 'it is closed as declined';
    case 'REFUSED':
    case 'NOT_CHARGED':
    case 'IN_FLIGHT':
    case 'UNKNOWN':
      return isCancelled
        ? 'it is closed as one that charged nothing, since the order was cancelled'
        : 'it is closed as one that charged nothing, and the buyer may pay again';
  }
}

function changeOf({ attempt, payment }: Possible, before: string | null): string {
  const events: Readonly<Record<string, string>> = {
    ...{ APPROVED: 'payment.completed', FAILED: 'payment.failed', CANCELED: 'payment.canceled' },
  };
  const becomes = `: the attempt becomes ${attempt}`;
  if (payment === before) return `${becomes}, the payment stays ${payment}`;
  return `${becomes}, the payment ${payment}, and ${events[payment] ?? 'its event'} goes out`;
}

function whyNot(
  because: Extract<AttemptProspect, { readonly kind: 'refused' }>['because'],
  reading: ApprovalReading,
  { fence, leasedUntil, correlationId, mayArriveUntil, dueAt }: CaseAttempt,
): string {
  switch (because) {
    case 'owned':
      return (
        `a worker (fencing token ${fence}) is at work on it, until ${iso(leasedUntil)} unless it renews; ` +
        `its log lines carry the correlation id ${correlationId}`
      );
    case 'open':
      return (
        `Toss has charged nothing so far, and may accept a confirm until ${iso(mayArriveUntil)}. Only a worker may send it again, ` +
        `as the same request: outbox-relay looks at ${iso(dueAt)}`
      );
    case 'unclear':
      return `Toss's answer proves nothing (${reading.kind === 'unknown' ? reading.reason : reading.kind}), and nothing is guessed`;
  }
}

function iso(at: Date | null): string {
  return at?.toISOString() ?? 'no time';
}
