import { topics } from '@koosco/payment-contracts';
import { BatchConsumer, requireTopics } from '@koosco/payment-kafka';
import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle, startOpsServer, systemClock, waitFor } from '@koosco/payment-worker';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { repeat } from './repeat';
import { tokens } from './tokens';

/** Often enough to mend what broke before anybody waits for it; a connector on its way up is looked at more often. */
const CONNECTOR_CHECK_INTERVAL_MS = 3_000;
const CONNECTOR_STARTING_INTERVAL_MS = 500;
/** A buyer whose worker was killed is waiting. */
const SETTLE_INTERVAL_MS = 500;
/** More often than metrics are scraped, as a rule. */
const COUNT_INTERVAL_MS = 5_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ service: 'outbox-relay', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();
  const { signal } = lifecycle;
  const published = [
    topics['payment.created'],
    topics['payment.completed'],
    topics['payment.failed'],
    topics['payment.canceled'],
  ];

  await lifecycle.run(async () => {
    const parts = compose(config, logger, lifecycle);
    const health = parts.resolve(tokens.health);
    const ops = await startOpsServer({ port: config.OPS_PORT, health, metrics: parts.resolve(tokens.metrics), logger });
    lifecycle.onShutdown('ops server', () => ops.close());

    const database = parts.resolve(tokens.database);
    lifecycle.onShutdown('database', () => database.close());
    health.addReadinessCheck('db', async () => {
      await database.ping();
      return { status: 'UP' };
    });
    const seen: { consumer?: BatchConsumer; connectorRunning: boolean } = { connectorRunning: false };
    health.addReadinessCheck('kafka', () => Promise.resolve({ status: seen.consumer?.assignment ? 'UP' : 'DOWN' }));
    health.addReadinessCheck('connector', () => Promise.resolve({ status: seen.connectorRunning ? 'UP' : 'DOWN' }));

    await waitFor({ name: 'database', attempt: () => database.ping(), signal, logger });
    const metrics = parts.resolve(tokens.relayMetrics);

    const settleAttempts = parts.resolve(tokens.settleAttempts);
    const settling = repeat({
      name: 'settling attempts',
      intervalMs: () => SETTLE_INTERVAL_MS,
      clock: systemClock,
      logger,
      signal,
      round: async () => {
        await settleAttempts.takeDue();
      },
    });
    lifecycle.onShutdown('attempts under way', () => settleAttempts.drain());
    lifecycle.onShutdown('settling attempts', () => settling);

    const counting = repeat({
      name: 'counting what is pending',
      intervalMs: () => COUNT_INTERVAL_MS,
      clock: systemClock,
      logger,
      signal,
      round: () => metrics.count(database),
    });
    lifecycle.onShutdown('counting', () => counting);

    const connector = parts.resolve(tokens.connector);
    const lookingAfter = repeat({
      name: 'looking after the connector',
      intervalMs: () => (seen.connectorRunning ? CONNECTOR_CHECK_INTERVAL_MS : CONNECTOR_STARTING_INTERVAL_MS),
      clock: systemClock,
      logger,
      signal,
      round: async () => {
        const care = await connector.lookAfter().catch((error: unknown) => {
          seen.connectorRunning = false;
          metrics.countConnectorCheck('failed');
          throw error;
        });
        metrics.countConnectorCheck(care);
        seen.connectorRunning = care === 'running';
      },
    });
    lifecycle.onShutdown('looking after the connector', () => lookingAfter);

    const kafka = parts.resolve(tokens.kafka);
    const kafkaReady = <T>(attempt: () => Promise<T>) => waitFor({ name: 'kafka', attempt, signal, logger });
    await kafkaReady(() => requireTopics(kafka, published));
    const reader = parts.resolve(tokens.publishedEvents);
    const handle = reader.handle.bind(reader);
    const onCrash = (error: Error) => {
      logger.fatal({ err: error }, 'the Kafka consumer has ended');
      void lifecycle.shutdown('the Kafka consumer has ended').then(() => process.exit(1));
    };
    const options = { kafka, groupId: config.READ_BACK_GROUP_ID, topics: published, handle, logger, onCrash };
    const consumer = await kafkaReady(() => BatchConsumer.start(options));
    lifecycle.onShutdown('consumer', () => consumer.stop());
    seen.consumer = consumer;
    logger.info({ topics: published }, 'outbox-relay reads back');
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
