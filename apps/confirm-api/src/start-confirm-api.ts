import { type Logger } from '@koosco/payment-telemetry';
import { type Lifecycle, waitFor } from '@koosco/payment-worker';
import { type HttpServer, startHttpServer } from './adapters/http/http-server';
import { compose } from './composition-root';
import { type Config } from './config';
import { tokens } from './tokens';

/** Listens at once; resolves when the database has answered and the API works. `lifecycle` closes what this opens. */
export async function startConfirmApi(config: Config, logger: Logger, lifecycle: Lifecycle): Promise<HttpServer> {
  const parts = compose(config, logger, lifecycle);
  const database = parts.resolve(tokens.database);
  lifecycle.onShutdown('database', () => database.close());
  parts.resolve(tokens.health).addReadinessCheck('db', async () => {
    await database.ping();
    return { status: 'UP' };
  });

  // Listening comes first: probes get an answer while the dependencies are not there yet, and the API says 503.
  const server = await startHttpServer(parts.resolve(tokens.httpApp), { port: config.SERVER_PORT, logger });
  lifecycle.onShutdown('http server', () => server.close());
  // Before that: readiness is DOWN already, and whoever still sends, because nobody has noticed yet, is still served.
  lifecycle.onShutdown('drain', () => server.drain(config.SHUTDOWN_DRAIN_MS));
  logger.info({ port: server.port }, 'confirm-api listens');

  await waitFor({ name: 'database', attempt: () => database.ping(), signal: lifecycle.signal, logger });
  logger.info('confirm-api is ready');
  return server;
}
