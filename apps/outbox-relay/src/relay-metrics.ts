import { type SettledAttempt } from '@koosco/payment-application';
import { type PaymentOutbox } from '@koosco/payment-db';
import { KAFKA_CONSUMER_RECORDS_CONSUMED, type Metrics, PAYMENT_APPROVED } from '@koosco/payment-observability';
import { type ConnectorCare } from './adapters/kafka-connect/outbox-connector';

export class RelayMetrics {
  readonly #consumed;
  readonly #published;
  readonly #settled;
  readonly #approved;
  readonly #connector;

  constructor(metrics: Metrics, outbox: PaymentOutbox) {
    this.#consumed = metrics.counter(KAFKA_CONSUMER_RECORDS_CONSUMED);
    this.#published = metrics.counter({
      name: 'payment_outbox_published_total',
      help: 'Outbox rows read back from Kafka for the first time',
      labelNames: ['topic'],
    });
    this.#settled = metrics.counter({
      name: 'payment_attempts_looked_after_total',
      help: 'Unresolved attempts the relay asked the gateway about, by what it heard',
      labelNames: ['outcome'],
    });
    this.#approved = metrics.counter(PAYMENT_APPROVED);
    this.#connector = metrics.counter({
      name: 'payment_outbox_connector_checks_total',
      help: 'Looks at the Debezium connector, by what they led to',
      labelNames: ['result'],
    });
    metrics.gauge(
      {
        name: 'payment_outbox_oldest_pending_seconds',
        help: 'Age of the oldest outbox row not yet read back from Kafka',
      },
      async () => {
        const { oldestCreatedAt } = await outbox.pendingStatistics();
        return oldestCreatedAt === null ? 0 : Math.max(0, (Date.now() - oldestCreatedAt.getTime()) / 1_000);
      },
    );
  }

  countReadBack({ topic, records, newlyPublished }: { topic: string; records: number; newlyPublished: number }): void {
    this.#consumed.inc({ topic }, records);
    this.#published.inc({ topic }, newlyPublished);
  }

  countSettled(attempts: readonly SettledAttempt[]): void {
    for (const { outcome } of attempts) {
      this.#settled.inc({ outcome });
      if (outcome === 'approved') this.#approved.inc();
    }
  }

  countConnectorCheck(result: ConnectorCare | 'failed'): void {
    this.#connector.inc({ result });
  }
}
