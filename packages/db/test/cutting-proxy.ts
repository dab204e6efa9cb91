import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CutMoment = 'before' | 'after';

export interface CuttingProxy {
  readonly host: string;
  readonly port: number;
  /** The next statement that begins so loses its connection: before the server has seen it, or after it has answered. */
  cutNext(statement: string, moment: CutMoment): void;
  /** From now on nothing passes, and nobody is told: as a server that is stopped. Until the returned function is called. */
  freeze(): () => void;
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
  const open = new Set<Socket>();
  let isFrozen = false;
  const proxy = createServer((client) => {
    const server = connect(target);
    for (const socket of [client, server]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      if (isFrozen) socket.pause();
    }
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
    freeze() {
      isFrozen = true;
      for (const socket of open) socket.pause();
      return () => {
        isFrozen = false;
        for (const socket of open) socket.resume();
      };
    },
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
      }),
  };
}
