import { type CreatePaymentUseCase } from '@koosco/payment-application';
import { dltTopicOf, topics } from '@koosco/payment-contracts';
import {
  type BatchConsumer,
  consumeUntilAborted,
  type KafkaClient,
  LagWatch,
  RecordProducer,
  requireTopics,
} from '@koosco/payment-kafka';
import { type Logger, type Metrics } from '@koosco/payment-telemetry';
import { type Duty, systemClock, waitFor } from '@koosco/payment-worker';
import { DeadLetterPublisher } from './adapters/kafka/dead-letter-publisher';
import { KafkaOrderPlacedEventConsumer } from './adapters/kafka/kafka-order-placed-event-consumer';
import { consumerHealth } from './consumer-health';
import { type ConsumerMetrics } from './consumer-metrics';
import { PartitionMetrics } from './partition-metrics';
import { watchProgress } from './progress-watch';

export interface OrdersDutyParts {
  readonly kafka: KafkaClient;
  readonly groupId: string;
  readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>;
  readonly metrics: Metrics;
  readonly consumerMetrics: ConsumerMetrics;
  readonly logger: Logger;
}

const consumed = [topics['order.placed']];

/** Makes payments of the orders that are placed, and parks what is none. */
export class OrdersDuty implements Duty {
  readonly name = 'orders';
  readonly readiness = { component: 'kafka', check: () => Promise.resolve(this.#health()) };
  #consumer: BatchConsumer | null = null;

  constructor(private readonly parts: OrdersDutyParts) {}

  /** @throws when the consumer is stuck, or has given up. */
  async run(signal: AbortSignal): Promise<void> {
    const { kafka, groupId, logger } = this.parts;
    const whenReady = <T>(attempt: () => Promise<T>) => waitFor({ name: 'kafka', attempt, signal, logger });
    await whenReady(() => requireTopics(kafka, [...consumed, ...consumed.map(dltTopicOf)]));
    const producer = await whenReady(() => RecordProducer.connect(kafka));
    try {
      const lag = await whenReady(() => LagWatch.connect(kafka, groupId, consumed));
      try {
        await this.#consume(producer, lag, signal);
      } finally {
        await lag.close();
      }
    } finally {
      await producer.close();
    }
  }

  async #consume(producer: RecordProducer, lag: LagWatch, signal: AbortSignal): Promise<void> {
    const { kafka, groupId, createPayment, metrics, consumerMetrics, logger } = this.parts;
    const letters = new DeadLetterPublisher(producer, logger);
    const orders = new KafkaOrderPlacedEventConsumer(createPayment, letters, consumerMetrics, logger);
    await consumeUntilAborted({
      kafka,
      groupId,
      topics: consumed,
      handle: (batch) => orders.handle(batch),
      logger,
      signal,
      onJoined: (consumer) => {
        this.#consumer = consumer;
        logger.info({ groupId, topics: consumed }, 'order-consumer consumes');
      },
      beside: (consumer) => {
        const partitions = () => consumer.partitions;
        const partitionMetrics = new PartitionMetrics(metrics, partitions, systemClock);
        return watchProgress({
          partitions,
          lag: () => lag.readPartitions(consumer.assignment),
          onLook: (lags) => partitionMetrics.look(lags),
          clock: systemClock,
          logger,
          signal,
        });
      },
    });
  }

  #health() {
    return consumerHealth(this.#consumer?.assignment ? this.#consumer.partitions : null);
  }
}
