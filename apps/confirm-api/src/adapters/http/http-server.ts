import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Express } from 'express';

export interface HttpServer {
  readonly port: number;
  /** Takes no new requests, lets those under way end, then frees the port. */
  close(): Promise<void>;
}

/** A confirm may wait for Toss; nothing else takes long. A client that trickles its request is cut off well before. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than the idle timeout of the usual load balancers (60 s), so that they, not we, close an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** @throws Error naming the port when it cannot be had. */
export async function startHttpServer(app: Express, port: number): Promise<HttpServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`port ${port} cannot be had: ${cause.message}`, { cause })));
    server.listen(port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
      }),
  };
}
