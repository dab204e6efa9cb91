import { type CaseFile } from '@koosco/payment-db/operators';
import { type LookedThrough } from '@koosco/payment-kafka';
import { type Finding } from './explanation';
import { DELIVERY_MS_MAX, OUTBOX_KEPT_MS_MIN } from './findings';
import { type CaseRecord, isOrderTopic, placeOf, type TopicsReading } from './topics-reading';

/** In what the topics and the rows of an order do not fit. */
export function findingsOfTopics(file: CaseFile, topics: TopicsReading, now: Date): readonly Finding[] {
  if (topics.kind === 'unread') return [{ kind: 'unread', text: `Kafka did not tell: ${topics.why}` }];
  return [
    ...rowsWithoutRecord(file, topics),
    ...rowsNotMarked(file, topics, now),
    ...recordsWithoutRow(file, topics, now),
    ...ordersEventsNotFound(topics),
  ];
}

type Read = Extract<TopicsReading, { readonly kind: 'read' }>;

function rowsWithoutRecord({ events }: CaseFile, { records, windows }: Read): Finding[] {
  return events
    .filter(({ id, topic, status }) => status === 'PUBLISHED' && !records.some((record) => isOf(record, { id, topic })))
    .map(({ id, eventType, topic, createdAt }): Finding => {
      const isCut = windows.some((window) => window.isCut && window.topic === topic && contains(window, createdAt));
      return isCut
        ? {
            kind: 'unread',
            text: `${eventType} (outbox ${id}) may have been on ${topic}, which no longer keeps that time`,
          }
        : contradiction(`${eventType} (outbox ${id}) is marked PUBLISHED, and is not on ${topic}`);
    });
}

function rowsNotMarked({ events }: CaseFile, { records }: Read, now: Date): Finding[] {
  return events.flatMap(({ id, eventType, topic, status }): Finding[] => {
    const record = records.find((one) => isOf(one, { id, topic }));
    if (status !== 'PENDING' || record === undefined) return [];
    const text = `${eventType} (outbox ${id}) is on ${placeOf(record)}, and marked PENDING: nobody has read it back`;
    return [now.getTime() - record.at.getTime() > DELIVERY_MS_MAX ? contradiction(text) : { kind: 'open', text }];
  });
}

/** Of a record whose row may have been removed since, nothing is said. */
function recordsWithoutRow({ events }: CaseFile, { records }: Read, now: Date): Finding[] {
  const since = now.getTime() - OUTBOX_KEPT_MS_MIN;
  return records
    .filter(({ topic, at }) => !isOrderTopic(topic) && at.getTime() >= since)
    .filter((record) => !events.some((event) => isOf(record, event)))
    .map((record) => {
      const origin = record.outboxId === null ? 'names no row of the outbox' : `says to be outbox ${record.outboxId}`;
      return contradiction(`a record on ${placeOf(record)} ${origin}, and is none of this payment's events`);
    });
}

/** What the database says to have consumed, with no record of its time. */
function ordersEventsNotFound({ windows, records }: Read): Finding[] {
  return windows
    .filter(({ topic }) => isOrderTopic(topic))
    .filter((window) => !records.some(({ topic, at }) => topic === window.topic && contains(window, at)))
    .map(({ topic, partition, key, from, to }) => ({
      kind: 'unread',
      text:
        `no record with the key ${key} on ${topic}[${partition}] from ${from.toISOString()} to ${to.toISOString()}: ` +
        'it came earlier, was keyed otherwise, or is no longer kept',
    }));
}

function isOf(record: CaseRecord, { id, topic }: { readonly id: bigint; readonly topic: string }): boolean {
  return record.outboxId === id && record.topic === topic;
}

function contains({ from, to }: LookedThrough, at: Date): boolean {
  return at >= from && at <= to;
}

function contradiction(text: string): Finding {
  return { kind: 'contradiction', text };
}
