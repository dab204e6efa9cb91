import { topics } from '@koosco/payment-contracts';
import { BatchConsumer, requireTopics } from '@koosco/payment-kafka';
import { createLogger, Lifecycle, startOpsServer, systemClock, waitFor } from '@koosco/payment-observability';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { repeat } from './repeat';
import { tokens } from './tokens';

const CONNECTOR_CHECK_INTERVAL_MS = 3_000;
const SETTLE_INTERVAL_MS = 1_000;
/** Attempts settled side by side: as many calls may be on their way to Toss from one relay. */
const ATTEMPTS_PER_ROUND = 32;

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
    const is = { consuming: false, connectorRunning: false };
    health.addReadinessCheck('kafka', () => Promise.resolve({ status: is.consuming ? 'UP' : 'DOWN' }));
    health.addReadinessCheck('connector', () => Promise.resolve({ status: is.connectorRunning ? 'UP' : 'DOWN' }));

    await waitFor({ name: 'database', attempt: () => database.ping(), signal, logger });
    const metrics = parts.resolve(tokens.relayMetrics);

    const settleAttempts = parts.resolve(tokens.settleAttempts);
    const settling = repeat({
      name: 'settling attempts',
      intervalMs: SETTLE_INTERVAL_MS,
      clock: systemClock,
      logger,
      signal,
      round: async () => {
        const settled = await settleAttempts.execute({ limit: ATTEMPTS_PER_ROUND });
        metrics.countSettled(settled);
        for (const { attemptId, outcome, error } of settled) {
          const line = { attemptId, outcome, err: error };
          if (outcome === 'failed' || outcome === 'unknown') logger.warn(line, 'attempt is not settled');
          else logger.info(line, 'attempt settled');
        }
      },
    });
    lifecycle.onShutdown('settling attempts', () => settling);

    const connector = parts.resolve(tokens.connector);
    const lookingAfter = repeat({
      name: 'looking after the connector',
      intervalMs: CONNECTOR_CHECK_INTERVAL_MS,
      clock: systemClock,
      logger,
      signal,
      round: async () => {
        const care = await connector.lookAfter().catch((error: unknown) => {
          is.connectorRunning = false;
          metrics.countConnectorCheck('failed');
          throw error;
        });
        metrics.countConnectorCheck(care);
        is.connectorRunning = care === 'running';
      },
    });
    lifecycle.onShutdown('looking after the connector', () => lookingAfter);

    const kafka = parts.resolve(tokens.kafka);
    await waitFor({ name: 'kafka', attempt: () => requireTopics(kafka, published), signal, logger });
    const reader = parts.resolve(tokens.publishedEvents);
    const consumer = await BatchConsumer.start({
      kafka,
      groupId: config.READ_BACK_GROUP_ID,
      topics: published,
      handle: (batch) => reader.handle(batch),
      logger,
      onCrash: (error) => {
        logger.fatal({ err: error }, 'the Kafka consumer has ended');
        void lifecycle.shutdown('the Kafka consumer has ended').then(() => process.exit(1));
      },
    });
    lifecycle.onShutdown('consumer', () => consumer.stop());
    is.consuming = true;
    logger.info({ topics: published }, 'outbox-relay reads back');
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
