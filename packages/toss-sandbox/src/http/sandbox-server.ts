import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { BodyTooLarge, SenderGone } from './request-body';
import { type ControlPlane } from './control-plane';
import { servePage } from './sandbox-page';
import { type TossApi } from './toss-api';
import { type WidgetPages } from './widget-pages';

/** Longer than any client keeps an idle connection, so that it is never the sandbox that closes one under a request. */
const keepAliveMs = 75_000;

export interface Listening {
  readonly port: number;
  readonly host: string;
  close(): Promise<void>;
}

/** Serves everything on one port. Rejects with an Error naming the port when it is taken. */
export async function listen(
  at: { port: number; host: string },
  parts: { api: TossApi; control: ControlPlane; widget: WidgetPages },
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (message, response) => {
    serve(message, response, parts).catch((error: unknown) => failed(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${at.port} on ${at.host} is taken by another program; choose one with --port`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(at.port, at.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, host: at.host, close: () => close(server) };
}

function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { api, control, widget }: { api: TossApi; control: ControlPlane; widget: WidgetPages },
): Promise<void> {
  const url = message.url ?? '/';
  if (url.startsWith('/v1/')) return api.handle(message, response);
  if (url.startsWith('/__sim/')) return control.handle(message, response);
  if (message.method === 'GET' && servePage(url, response)) return Promise.resolve();
  return widget.handle(message, response);
}

/** The sandbox could not do its part: better no answer than a made-up one. */
function failed(response: ServerResponse, error: unknown): void {
  if (response.headersSent || !(error instanceof BodyTooLarge)) {
    if (!(error instanceof SenderGone)) process.emitWarning(`toss-sandbox gave no answer: ${String(error)}`);
    response.destroy();
    return;
  }
  response.writeHead(413, { connection: 'close' });
  response.end();
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A client that holds a request open must not keep the sandbox alive.
  const deadline = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(deadline);
}
