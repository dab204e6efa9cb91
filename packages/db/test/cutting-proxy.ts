import { type AddressInfo, connect, createServer } from 'node:net';

export type CutMoment = 'before' | 'after';

export interface CuttingProxy {
  readonly host: string;
  readonly port: number;
  /** The next statement that begins so loses its connection: before the server has seen it, or after it has answered. */
  cutNext(statement: string, moment: CutMoment): void;
  close(): Promise<void>;
}

/** A packet of the protocol is 3 bytes of length, a number, the kind of command (3: a query) and the statement. */
const HEADER_BYTES = 4;
const QUERY = '\x03';

/** Stands between driver and server, as a network that fails at the worst moment. */
export async function cuttingProxy(
  target: { host: string; port: number },
  { port = 0 }: { port?: number } = {},
): Promise<CuttingProxy> {
  let cut: { statement: string; moment: CutMoment } | null = null;
  const proxy = createServer((client) => {
    const server = connect(target);
    let dropsAnswers = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('data', (bytes) => {
      if (
        cut &&
        bytes
          .subarray(HEADER_BYTES)
          .toString()
          .startsWith(QUERY + cut.statement)
      ) {
        dropsAnswers = true;
        const { moment } = cut;
        cut = null;
        if (moment === 'before') {
          end();
          return;
        }
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (dropsAnswers) end();
      else client.write(bytes);
    });
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (proxy.address() as AddressInfo).port,
    cutNext: (statement, moment) => (cut = { statement, moment }),
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
      }),
  };
}
