import { dltTopicOf, topics } from '@koosco/payment-contracts';
import { BatchConsumer, LagWatch, RecordProducer, requireTopics } from '@koosco/payment-kafka';
import { createLogger, Lifecycle, startOpsServer, systemClock, waitFor } from '@koosco/payment-observability';
import { DeadLetterPublisher } from './adapters/kafka/dead-letter-publisher';
import { KafkaOrderPlacedEventConsumer } from './adapters/kafka/kafka-order-placed-event-consumer';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { watchProgress } from './progress-watch';
import { tokens } from './tokens';

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ service: 'order-consumer', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();
  const { signal } = lifecycle;
  const groupId = config.SPRING_KAFKA_CONSUMER_GROUP_ID;
  const consumed = [topics['order.placed']];

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
    const isConsuming = { now: false };
    health.addReadinessCheck('kafka', () => Promise.resolve({ status: isConsuming.now ? 'UP' : 'DOWN' }));

    const kafka = parts.resolve(tokens.kafka);
    await waitFor({ name: 'database', attempt: () => database.ping(), signal, logger });
    const needed = consumed.flatMap((topic) => [topic, dltTopicOf(topic)]);
    await waitFor({ name: 'kafka', attempt: () => requireTopics(kafka, needed), signal, logger });

    const producer = await waitFor({ name: 'kafka', attempt: () => RecordProducer.connect(kafka), signal, logger });
    lifecycle.onShutdown('producer', () => producer.close());
    const lag = await waitFor({
      name: 'kafka',
      attempt: () => LagWatch.connect(kafka, groupId, consumed),
      signal,
      logger,
    });
    lifecycle.onShutdown('lag watch', () => lag.close());

    const orders = new KafkaOrderPlacedEventConsumer(
      parts.resolve(tokens.createPayment),
      new DeadLetterPublisher(producer),
      parts.resolve(tokens.consumerMetrics),
      logger,
    );
    const giveUp = (message: string, error?: Error) => {
      logger.fatal({ err: error }, message);
      void lifecycle.shutdown(message).then(() => process.exit(1));
    };
    const consumer = await BatchConsumer.start({
      kafka,
      groupId,
      topics: consumed,
      handle: (batch) => orders.handle(batch),
      logger,
      onCrash: (error) => giveUp('the Kafka consumer has ended', error),
    });
    lifecycle.onShutdown('consumer', () => consumer.stop());
    isConsuming.now = true;
    logger.info({ groupId, topics: consumed }, 'order-consumer consumes');

    void watchProgress({
      idleMs: () => consumer.idleMs,
      lag: () => lag.read(),
      clock: systemClock,
      logger,
      signal,
      onStuck: (message) => giveUp(message),
    });
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
