import {
  type CancelOrderResult,
  type CreatePaymentResult,
  type RequestRefundResult,
} from '@koosco/payment-application';
import { type Metrics } from '@koosco/payment-telemetry';
import {
  IDEMPOTENCY_DUPLICATE_PREVENTED,
  KAFKA_CONSUMER_RECORDS_CONSUMED,
  PAYMENT_CREATED,
} from '@koosco/payment-application';
import { orderTopics, topics } from '@koosco/payment-contracts';

/** What became of the records of a batch. */
export interface BatchCount {
  readonly topic: string;
  readonly consumed: number;
  readonly parked: number;
  readonly skipped: number;
  /** Those of the parked ones that contradict the payment of their order. */
  readonly conflicts: readonly string[];
}

export class ConsumerMetrics {
  readonly #consumed;
  readonly #created;
  readonly #duplicates;
  readonly #parked;
  readonly #skipped;
  readonly #conflicts;
  readonly #events;

  constructor(metrics: Metrics) {
    const ofEachTopic = orderTopics.map((topic) => ({ topic }));
    this.#consumed = metrics.counter(KAFKA_CONSUMER_RECORDS_CONSUMED, ofEachTopic);
    this.#created = metrics.counter(PAYMENT_CREATED);
    const actions = ['CREATE', 'CANCEL', 'REFUND'].map((action) => ({ action }));
    this.#duplicates = metrics.counter(IDEMPOTENCY_DUPLICATE_PREVENTED, actions);
    this.#parked = metrics.counter(
      {
        name: 'kafka_consumer_records_parked_total',
        help: 'Records put into a dead-letter topic because no retry could help',
        labelNames: ['topic'],
      },
      ofEachTopic,
    );
    this.#skipped = metrics.counter(
      {
        name: 'kafka_consumer_records_skipped_total',
        help: 'Records of event types that this service does not act on',
        labelNames: ['topic'],
      },
      ofEachTopic,
    );
    this.#conflicts = metrics.counter(
      {
        name: 'kafka_consumer_order_conflicts_total',
        help: 'Events that contradict the payment of their order, by how: parked, never applied',
        labelNames: ['topic', 'differs'],
      },
      knownConflicts,
    );
    this.#events = metrics.counter(
      {
        name: 'payment_order_events_total',
        help: 'Cancelled orders and refund requests, by what they led to',
        labelNames: ['type', 'result'],
      },
      [{ type: 'order.refund.requested', result: 'requested' }],
    );
  }

  /** Of an event that takes or gives back: call it when its transaction is durable. */
  countEvent(
    type: 'order.cancelled' | 'order.refund.requested',
    result: CancelOrderResult | RequestRefundResult,
  ): void {
    this.#events.inc({ type, result });
    if (result !== 'duplicate-event') return;
    this.#duplicates.inc({ action: type === 'order.cancelled' ? 'CANCEL' : 'REFUND' });
  }

  /** Call it when their transaction is durable. */
  countResults(results: readonly CreatePaymentResult[]): void {
    const count = (those: readonly CreatePaymentResult[]) => results.filter((one) => those.includes(one)).length;
    this.#created.inc(count(['created']));
    this.#duplicates.inc({ action: 'CREATE' }, count(['duplicate-event', 'duplicate-order']));
  }

  /** Call it when the whole batch is dealt with. */
  countBatch({ topic, consumed, parked, skipped, conflicts }: BatchCount): void {
    this.#consumed.inc({ topic }, consumed);
    this.#parked.inc({ topic }, parked);
    this.#skipped.inc({ topic }, skipped);
    for (const conflict of conflicts) this.#conflicts.inc({ topic, differs: conflict.replace('other-', '') });
  }
}

const knownConflicts = [
  ...['amount', 'user', 'amount-and-user'].map((differs) => ({ topic: topics['order.placed'], differs })),
  ...['unknown-order', 'user', 'nothing-paid', 'more-than-remains'].map((differs) => ({
    topic: topics['order.refund.requested'],
    differs,
  })),
];
