import { paymentTopics } from '@koosco/payment-contracts';
import { type LookedThrough } from '@koosco/payment-kafka';

/** What Kafka holds of one order, where it was asked. */
export type TopicsReading =
  | { readonly kind: 'read'; readonly windows: readonly LookedThrough[]; readonly records: readonly CaseRecord[] }
  | { readonly kind: 'unread'; readonly why: string };

/** A record of the order, or of its payment. */
export interface CaseRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly at: Date;
  /** The row of the outbox that it says to come from; null for an event of the order. */
  readonly outboxId: bigint | null;
  /** What an event of the order is; null where it cannot be read. */
  readonly eventId: string | null;
}

/** `koosco.commerce.order.placed[2]@17`, as dead letters are named. */
export function placeOf({ topic, partition, offset }: CaseRecord): string {
  return `${topic}[${partition}]@${offset}`;
}

export function isOrderTopic(topic: string): boolean {
  return !paymentTopics.includes(topic);
}
