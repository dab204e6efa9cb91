import {
  type CancelOrderUseCase,
  type CreatePaymentUseCase,
  type RequestRefundUseCase,
} from '@koosco/payment-application';
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
import { KafkaOrderCancelledEventConsumer } from './adapters/kafka/kafka-order-cancelled-event-consumer';
import { KafkaOrderPlacedEventConsumer } from './adapters/kafka/kafka-order-placed-event-consumer';
import { KafkaOrderRefundRequestedEventConsumer } from './adapters/kafka/kafka-order-refund-requested-event-consumer';
import { OrderEventBatches } from './adapters/kafka/order-event-batches';
import { type RecordJudge } from './adapters/kafka/record-verdict';
import { consumerHealth } from './watching/consumer-health';
import { type ConsumerMetrics } from './watching/consumer-metrics';
import { PartitionMetrics } from './watching/partition-metrics';
import { watchProgress } from './watching/progress-watch';

export interface OrdersDutyParts {
  readonly kafka: KafkaClient;
  readonly groupId: string;
  readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>;
  readonly requestRefund: Pick<RequestRefundUseCase, 'execute'>;
  readonly cancelOrder: Pick<CancelOrderUseCase, 'execute'>;
  readonly metrics: Metrics;
  readonly consumerMetrics: ConsumerMetrics;
  readonly logger: Logger;
}

const consumed = [topics['order.placed'], topics['order.refund.requested'], topics['order.cancelled']];

/** Makes payments of the orders that are placed, makes refunds due for those that are cancelled or given back, and parks the rest. */
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
    const { kafka, groupId, metrics, consumerMetrics, logger } = this.parts;
    const letters = new DeadLetterPublisher(producer, logger);
    const orders = new OrderEventBatches(this.#judges(), letters, consumerMetrics, logger);
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

  #judges(): ReadonlyMap<string, RecordJudge> {
    const { createPayment, requestRefund, cancelOrder, consumerMetrics, logger } = this.parts;
    return new Map<string, RecordJudge>([
      [topics['order.placed'], new KafkaOrderPlacedEventConsumer(createPayment, consumerMetrics, logger)],
      [topics['order.refund.requested'], new KafkaOrderRefundRequestedEventConsumer(requestRefund, consumerMetrics)],
      [topics['order.cancelled'], new KafkaOrderCancelledEventConsumer(cancelOrder, consumerMetrics)],
    ]);
  }

  #health() {
    return consumerHealth(this.#consumer?.assignment ? this.#consumer.partitions : null);
  }
}
