import { differencesWithin } from '@koosco/payment-application/records';
import { type CaseFile } from '@koosco/payment-db/operators';
import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { type Finding } from './explanation';
import { type TossReading } from './toss-reading';
import { won } from './won';

/** `OUTBOX_KEPT_FOR` of outbox-relay is no less. */
export const OUTBOX_KEPT_MS_MIN = 7 * 24 * 3_600_000;

/** An event is read back within a second; a relay that starts anew takes some more. */
export const DELIVERY_MS_MAX = 60_000;

/** Everything about a case in which two records differ, that waits, or that could not be read. */
export function findingsOf(file: CaseFile, readings: readonly TossReading[], now: Date): readonly Finding[] {
  return [
    ...withinDatabase(file),
    ...withoutEvents(file, now),
    ...withToss(file, readings),
    ...underWay(file),
    ...undelivered(file, now),
    ...readings.flatMap(unread),
  ];
}

function withinDatabase({ payment, transactions, history, cancellation }: CaseFile): Finding[] {
  if (payment === null) {
    return cancellation === null ? [contradiction('a webhook names an order that has no payment')] : [];
  }
  return differencesWithin({ payment, transactions, history }).map(({ text }) => contradiction(text));
}

/** What is older may have been removed. */
function withoutEvents({ history, events }: CaseFile, now: Date): Finding[] {
  const since = now.getTime() - OUTBOX_KEPT_MS_MIN;
  const changes = history.filter(({ occurredAt }) => occurredAt.getTime() >= since).length;
  // The outbox has whole seconds, rounded down.
  const told = events.filter(({ createdAt }) => createdAt.getTime() >= since - 1_000).length;
  if (told >= changes) return [];
  return [contradiction(`${changes} changes within a week, but ${told} events of them in the outbox`)];
}

function withToss({ payment, unappliedCharges, refunds }: CaseFile, readings: readonly TossReading[]): Finding[] {
  return readings.flatMap((reading) => {
    const { paymentKey } = reading;
    const key = maskPaymentKey(paymentKey);
    const isApplied = payment !== null && payment.paymentKey === paymentKey;
    if (reading.kind === 'unread') return [];
    const balance = reading.kind === 'nothing' ? 0n : chargedIn(reading.payment);
    if (isApplied) {
      const held = payment.amount - payment.canceledAmount;
      const isMoving = refunds.some((refund) => refund.paymentKey === paymentKey && refund.dueAt !== null);
      if (balance === held || isMoving) return [];
      return [contradiction(`${key}: our books hold ${won(held)}, Toss ${won(balance)}`)];
    }
    const isKnown = unappliedCharges.some((charge) => charge.paymentKey === paymentKey && charge.refundedAt === null);
    if (balance === 0n || isKnown) return [];
    return [contradiction(`${key}: Toss holds ${won(balance)}, and the payment was not paid with it`)];
  });
}

/** What a payment of Toss holds now: nothing before it was charged. */
function chargedIn({
  status,
  balanceAmount,
}: {
  readonly status: string;
  readonly balanceAmount: number | null;
}): bigint {
  const isCharged = status === 'DONE' || status === 'PARTIAL_CANCELED' || status === 'CANCELED';
  return isCharged ? BigInt(balanceAmount ?? 0) : 0n;
}

function underWay({ attempts, refunds, unappliedCharges, webhooks }: CaseFile): Finding[] {
  const ofAttempts = attempts
    .filter(({ dueAt }) => dueAt !== null)
    .map(({ attemptId, status, dueAt }) => `attempt ${attemptId} is ${status}; the relay looks at ${iso(dueAt)}`);
  const ofRefunds = refunds
    .filter(({ dueAt }) => dueAt !== null)
    .map(
      ({ refundId, status, amount, dueAt }) =>
        `refund ${refundId} of ${won(amount)} is ${status}; due at ${iso(dueAt)}`,
    );
  const ofCharges = unappliedCharges
    .filter(({ refundedAt }) => refundedAt === null)
    .map(({ amount, reason }) => `${won(amount)} were charged and not applied (${reason}), and are to go back`);
  const ofWebhooks = webhooks
    .filter(({ followedAt }) => followedAt === null)
    .map(({ kind }) => `webhook ${kind} is not followed yet`);
  return [...ofAttempts, ...ofRefunds, ...ofCharges, ...ofWebhooks].map((text) => ({ kind: 'open', text }));
}

function undelivered({ events }: CaseFile, now: Date): Finding[] {
  return events
    .filter(({ status }) => status === 'PENDING')
    .map(({ id, eventType, createdAt }) => {
      const ageMs = now.getTime() - createdAt.getTime();
      const age = `${Math.max(0, Math.round(ageMs / 1_000))} s`;
      return ageMs > DELIVERY_MS_MAX
        ? contradiction(`${eventType} (outbox ${id}) was not read back from Kafka for ${age}`)
        : { kind: 'open', text: `${eventType} (outbox ${id}) is on its way, for ${age}` };
    });
}

function unread(reading: TossReading): Finding[] {
  if (reading.kind !== 'unread') return [];
  return [{ kind: 'unread', text: `Toss did not tell about ${maskPaymentKey(reading.paymentKey)}: ${reading.why}` }];
}

function contradiction(text: string): Finding {
  return { kind: 'contradiction', text };
}

function iso(at: Date | null): string {
  return at?.toISOString() ?? 'no time';
}
