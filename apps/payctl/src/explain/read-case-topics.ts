import { orderTopics, parseOrderEvent, topics } from '@koosco/payment-contracts';
import { type CaseFile } from '@koosco/payment-db/operators';
import { type FoundRecord, type KeyWindow, outboxIdOf, readKeys } from '@koosco/payment-kafka';
import { quietKafka } from '../quiet-kafka';
import { reasonOf } from '../reason-of';
import { type CaseRecord, isOrderTopic, type TopicsReading } from './topics-reading';

/** How long an event of the order may have waited for order-consumer, and be found. */
const ORDER_LAG_MS = 10 * 60_000;
/** Where the database does not say when an order came. */
const LATE_MS = 60 * 60_000;
/** Records have the time of the event or of the broker; clocks differ by less. */
const AROUND_MS = 60_000;

/** More would be a topic to read, and not a key to find. */
const limits = { deadlineMs: 60_000, recordsMax: 500_000 };

/** Looks for the events of the order and of its payment about when they came, says the database. Never rejects. */
export function readCaseTopics(file: CaseFile, bootstrapServers: string, now: Date): Promise<TopicsReading> {
  return readWindows(windowsOf(file, now), bootstrapServers);
}

/** Looks for the events of an order about which the database says nothing, among what came lately. Never rejects. */
export async function readLateOrder(orderId: bigint, bootstrapServers: string, now: Date): Promise<TopicsReading> {
  const from = new Date(now.getTime() - LATE_MS);
  const windows = orderTopics.map((topic) => ({ topic, key: String(orderId), from, to: after(now) }));
  return readWindows(windows, bootstrapServers);
}

async function readWindows(windows: readonly KeyWindow[], bootstrapServers: string): Promise<TopicsReading> {
  try {
    const found = await readKeys(quietKafka(bootstrapServers), windows, limits);
    return { kind: 'read', windows: found.windows, records: found.records.map(caseRecordOf) };
  } catch (error) {
    return { kind: 'unread', why: reasonOf(error) };
  }
}

function windowsOf(
  { payment, cancellation, refunds, history, events, orderId }: CaseFile,
  now: Date,
): readonly KeyWindow[] {
  const ofOrder = (topic: string, handledAt: Date): KeyWindow => {
    const from = new Date(handledAt.getTime() - ORDER_LAG_MS);
    return { topic, key: String(orderId), from, to: after(handledAt) };
  };
  const ofPayment = (topic: string, key: string, at: Date, until: Date): KeyWindow => {
    return { topic, key, from: new Date(at.getTime() - AROUND_MS), to: after(until) };
  };
  return [
    ...(payment === null ? [] : [ofOrder(topics['order.placed'], payment.createdAt)]),
    ...(cancellation === null ? [] : [ofOrder(topics['order.cancelled'], cancellation.receivedAt)]),
    ...refunds
      .filter(({ origin }) => origin === 'ORDER_REFUND')
      .map(({ createdAt }) => ofOrder(topics['order.refund.requested'], createdAt)),
    ...events.map(({ topic, partitionKey, createdAt, publishedAt }) =>
      ofPayment(topic, partitionKey, createdAt, publishedAt ?? now),
    ),
    // An event whose row is gone may still be there.
    ...(payment === null
      ? []
      : history.map(({ toStatus, occurredAt }) =>
          ofPayment(topicOf(toStatus), payment.paymentId, occurredAt, occurredAt),
        )),
  ];
}

function topicOf(toStatus: string): string {
  switch (toStatus) {
    case 'READY':
      return topics['payment.created'];
    case 'APPROVED':
      return topics['payment.completed'];
    case 'FAILED':
      return topics['payment.failed'];
    default:
      return topics['payment.canceled'];
  }
}

function caseRecordOf({ topic, partition, record }: FoundRecord): CaseRecord {
  const isOrders = isOrderTopic(topic);
  const parsed = isOrders ? parseOrderEvent({ value: record.value, headers: record.headers }) : null;
  return {
    ...{ topic, partition, offset: record.offset, at: new Date(Number(record.timestamp)) },
    outboxId: isOrders ? null : outboxIdOf(record),
    eventId: parsed?.kind === 'ok' ? parsed.event.id : null,
  };
}

function after(at: Date): Date {
  return new Date(at.getTime() + AROUND_MS);
}
