import { type CaseFile } from '@koosco/payment-db/operators';
import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { type Moment } from './explanation';
import { type CaseRecord, isOrderTopic, placeOf, type TopicsReading } from './topics-reading';
import { type TossReading } from './toss-reading';
import { won } from './won';

/** Everything that is known to have happened, oldest first; at one moment in the order of cause and effect. */
export function timelineOf(
  file: CaseFile,
  readings: readonly TossReading[],
  topics: TopicsReading | null,
): readonly Moment[] {
  const records = topics?.kind === 'read' ? topics.records : [];
  const moments = [
    ...ofOrdersTopics(records).map(placed),
    ...ofOrder(file).map(placed),
    ...ofWebhooks(file).map(placed),
    ...ofAttempts(file).map(placed),
    ...file.actions.map(byHand).map(placed),
    ...readings.flatMap((reading) => ofToss(reading, file)),
    ...ofRefunds(file).map(placed),
    ...ofHistory(file).map(placed),
    ...ofEvents(file, records),
  ];
  return moments
    .map((placed, index) => ({ placed, index, atMs: Math.max(placed.moment.at.getTime(), placed.notBeforeMs) }))
    .sort((a, b) => a.atMs - b.atMs || a.index - b.index)
    .map(({ placed }) => placed.moment);
}

/** Toss and the outbox have whole seconds, rounded down, so that an effect may seem to come before its cause. */
interface Placed {
  readonly moment: Moment;
  /** The time of its cause. */
  readonly notBeforeMs: number;
}

const SECOND_MS = 1_000;

const placed = (moment: Moment): Placed => ({ moment, notBeforeMs: 0 });

function ofOrder({ payment, cancellation }: CaseFile): Moment[] {
  const moments: Moment[] = [];
  if (payment !== null) {
    const text = `order ${payment.orderId} of user ${payment.userId} over ${won(payment.amount)}: payment ${payment.paymentId}`;
    moments.push({ at: payment.createdAt, source: 'order', text });
  }
  if (cancellation !== null) {
    moments.push({ at: cancellation.receivedAt, source: 'order', text: `cancelled (event ${cancellation.eventId})` });
  }
  return moments;
}

function ofAttempts({ attempts }: CaseFile): Moment[] {
  return attempts.flatMap(({ paymentKey, amount, status, pgCode, asks, createdAt, updatedAt }): Moment[] => [
    { at: createdAt, source: 'attempt', text: `confirm of ${won(amount)} with ${maskPaymentKey(paymentKey)} begun` },
    {
      at: updatedAt,
      source: 'attempt',
      text: `${maskPaymentKey(paymentKey)} is ${status}${codeIn(pgCode)}${asks > 0 ? `, looked up ${asks} times` : ''}`,
    },
  ]);
}

function byHand({ action, operator, reason, at }: CaseFile['actions'][number]): Moment {
  return { at, source: 'operator', text: `${action} by ${operator}: ${reason}` };
}

function ofToss(reading: TossReading, { attempts, refunds }: CaseFile): Placed[] {
  if (reading.kind !== 'payment') return [];
  const { paymentKey, payment } = reading;
  const key = maskPaymentKey(paymentKey);
  const begun = attempts.filter((attempt) => attempt.paymentKey === paymentKey).map(({ createdAt }) => createdAt);
  const asked = refunds.filter((refund) => refund.paymentKey === paymentKey).map(({ createdAt }) => createdAt);
  const approved = payment.approvedAt && {
    ...{ at: payment.approvedAt, text: `${key} charged ${won(payment.totalAmount)} (${payment.method})` },
    causes: begun,
  };
  const cancels = payment.cancels.map(({ canceledAt, cancelAmount, refundableAmount }) => ({
    ...{ at: canceledAt, text: `gave ${won(cancelAmount)} back, ${won(refundableAmount)} left` },
    causes: asked,
  }));
  return [approved, ...cancels].flatMap((told): Placed[] => {
    if (told?.at == null) return [];
    const { at, text, causes } = told;
    return [{ moment: { at, source: 'toss', text }, notBeforeMs: latestWithin(at, causes) }];
  });
}

/** The latest of them that may lie before a time of whole seconds. */
function latestWithin(at: Date, causes: readonly Date[]): number {
  const end = at.getTime() + SECOND_MS;
  return Math.max(0, ...causes.map((cause) => cause.getTime()).filter((cause) => cause < end));
}

function ofRefunds({ refunds }: CaseFile): Moment[] {
  return refunds.flatMap(({ origin, attemptId, amount, status, pgCode, createdAt, updatedAt }): Moment[] => [
    {
      at: createdAt,
      source: 'refund',
      text: `${won(amount)} asked back (${origin}${attemptId === null ? '' : ', of a charge that was not applied'})`,
    },
    { at: updatedAt, source: 'refund', text: `${won(amount)} is ${status}${codeIn(pgCode)}` },
  ]);
}

function ofHistory({ history }: CaseFile): Moment[] {
  return history.map(({ fromStatus, toStatus, canceledAmount, actor, pgCode, occurredAt }) => ({
    at: occurredAt,
    source: 'history',
    text:
      `${fromStatus ?? 'nothing'} → ${toStatus}` +
      `${canceledAmount > 0n ? `, ${won(canceledAmount)} given back in all` : ''} by ${actor}${codeIn(pgCode)}`,
  }));
}

function ofOrdersTopics(records: readonly CaseRecord[]): Moment[] {
  return records
    .filter(({ topic }) => isOrderTopic(topic))
    .map((record) => ({
      ...{ at: record.at, source: 'kafka' },
      text: `${record.eventId === null ? 'a record that cannot be read' : `event ${record.eventId}`} on ${placeOf(record)}`,
    }));
}

function ofEvents({ events }: CaseFile, records: readonly CaseRecord[]): Placed[] {
  return events.map(({ id, eventType, topic, status, createdAt, publishedAt }) => {
    const at = publishedAt ?? createdAt;
    const seen = records.filter((record) => record.topic === topic && record.outboxId === id).map(placeOf);
    const text = `${eventType} (outbox ${id}) is ${status}${seen.length === 0 ? '' : `, on ${seen.join(' and ')}`}`;
    // Whatever it tells of has happened before it.
    return { moment: { at, source: 'event', text }, notBeforeMs: at.getTime() + SECOND_MS - 1 };
  });
}

function ofWebhooks({ webhooks }: CaseFile): Moment[] {
  return webhooks.map(({ kind, status, times, receivedAt, followedAt }) => ({
    at: receivedAt,
    source: 'webhook',
    text: `${kind}${status === null ? '' : ` ${status}`}${times > 1 ? `, ${times} times` : ''}, ${followedAt === null ? 'not followed yet' : 'followed'}`,
  }));
}

function codeIn(pgCode: string | null): string {
  return pgCode === null ? '' : ` (${pgCode})`;
}
