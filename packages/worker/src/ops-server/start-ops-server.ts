import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { type Logger } from '@koosco/payment-telemetry';
import { actuatorRouter, type ActuatorOptions } from './actuator-router';
import { type OpsServer } from './ops-server';

export interface OpsServerOptions extends ActuatorOptions {
  /** 0 lets the system choose; `OpsServer.port` tells. */
  readonly port: number;
  /** All interfaces by default: probes and scrapers come from outside the container. */
  readonly host?: string;
  readonly logger: Logger;
}

/**
 * Serves `actuatorRouter` alone, for a worker without HTTP of its own. Open it before anything that may wait, close it
 * last. Rejects, naming the port, when the port cannot be had.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { port, host = '0.0.0.0', logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(actuatorRouter(options));
  app.use((request, response) => {
    response.status(404).json({ status: 404, error: 'Not Found', path: request.path });
  });
  app.use(answerUnexpected(logger));

  const server = createServer(app);
  await listen(server, port, host);
  const boundPort = (server.address() as AddressInfo).port;
  logger.info({ port: boundPort }, 'ops server listens');
  return { port: boundPort, close: () => close(server) };
}

function answerUnexpected(logger: Logger): ErrorRequestHandler {
  // express recognises an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    logger.error({ err: error }, 'ops request failed');
    response.status(500).json({ status: 500, error: 'Internal Server Error' });
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`The ops server cannot listen on ${host}:${port}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    // A prober loses nothing by being cut off, but its idle connection would keep the process.
    server.closeAllConnections();
  });
}
