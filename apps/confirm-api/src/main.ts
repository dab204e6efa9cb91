import { createLogger, Lifecycle, waitFor } from '@koosco/payment-observability';
import { startHttpServer } from './adapters/http/http-server';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { tokens } from './tokens';

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ service: 'confirm-api', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();

  await lifecycle.run(async () => {
    const parts = compose(config, logger, lifecycle);
    const database = parts.resolve(tokens.database);
    lifecycle.onShutdown('database', () => database.close());
    parts.resolve(tokens.health).addReadinessCheck('db', async () => {
      await database.ping();
      return { status: 'UP' };
    });

    // Listening comes first: probes get an answer while the dependencies are not there yet, and the API says 503.
    const server = await startHttpServer(parts.resolve(tokens.httpApp), config.SERVER_PORT);
    lifecycle.onShutdown('http server', () => server.close());
    logger.info({ port: server.port }, 'confirm-api listens');

    await waitFor({ name: 'database', attempt: () => database.ping(), signal: lifecycle.signal, logger });
    parts.resolve(tokens.startup).isComplete = true;
    logger.info('confirm-api is ready');
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
