import { dltTopicOf, topics } from '@koosco/payment-contracts';
import { BatchConsumer, LagWatch, RecordProducer, requireTopics } from '@koosco/payment-kafka';
import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle, startOpsServer, systemClock, waitFor } from '@koosco/payment-worker';
import { DeadLetterPublisher } from './adapters/kafka/dead-letter-publisher';
import { KafkaOrderPlacedEventConsumer } from './adapters/kafka/kafka-order-placed-event-consumer';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { consumerHealth } from './consumer-health';
import { PartitionMetrics } from './partition-metrics';
import { watchProgress } from './progress-watch';
import { tokens } from './tokens';

const consumed = [topics['order.placed']];

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ service: 'order-consumer', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();
  const { signal } = lifecycle;
  const groupId = config.SPRING_KAFKA_CONSUMER_GROUP_ID;
  const giveUp = (message: string, error?: Error) => {
    logger.fatal({ err: error }, message);
    void lifecycle.shutdown(message).then(() => process.exit(1));
  };

  await lifecycle.run(async () => {
    const parts = compose(config, logger, lifecycle);
    const health = parts.resolve(tokens.health);
    const metrics = parts.resolve(tokens.metrics);
    const ops = await startOpsServer({ port: config.OPS_PORT, health, metrics, logger });
    lifecycle.onShutdown('ops server', () => ops.close());

    const database = parts.resolve(tokens.database);
    lifecycle.onShutdown('database', () => database.close());
    health.addReadinessCheck('db', async () => {
      await database.ping();
      return { status: 'UP' };
    });
    const member: { consumer?: BatchConsumer } = {};
    health.addReadinessCheck('kafka', () => {
      const { consumer } = member;
      return Promise.resolve(consumerHealth(consumer?.assignment ? consumer.partitions : null));
    });

    await waitFor({ name: 'database', attempt: () => database.ping(), signal, logger });
    const kafka = parts.resolve(tokens.kafka);
    const kafkaReady = <T>(attempt: () => Promise<T>) => waitFor({ name: 'kafka', attempt, signal, logger });
    await kafkaReady(() => requireTopics(kafka, [...consumed, ...consumed.map(dltTopicOf)]));

    const producer = await kafkaReady(() => RecordProducer.connect(kafka));
    lifecycle.onShutdown('producer', () => producer.close());
    const lag = await kafkaReady(() => LagWatch.connect(kafka, groupId, consumed));
    lifecycle.onShutdown('lag watch', () => lag.close());

    const orders = new KafkaOrderPlacedEventConsumer(
      parts.resolve(tokens.createPayment),
      new DeadLetterPublisher(producer, logger),
      parts.resolve(tokens.consumerMetrics),
      logger,
    );
    const handle = orders.handle.bind(orders);
    const onCrash = (error: Error) => giveUp('the Kafka consumer has ended', error);
    const options = { kafka, groupId, topics: consumed, handle, logger, onCrash };
    const consumer = await kafkaReady(() => BatchConsumer.start(options));
    lifecycle.onShutdown('consumer', () => consumer.stop());
    member.consumer = consumer;
    logger.info({ groupId, topics: consumed }, 'order-consumer consumes');

    const partitions = () => consumer.partitions;
    const partitionMetrics = new PartitionMetrics(metrics, partitions, systemClock);
    void watchProgress({
      partitions,
      lag: () => lag.readPartitions(consumer.assignment),
      onLook: (lags) => partitionMetrics.look(lags),
      clock: systemClock,
      logger,
      signal,
      onStuck: giveUp,
    });
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
