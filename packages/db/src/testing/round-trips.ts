import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a worker and its server, and counts how often one waits for the other. */
export interface RoundTripCounter {
  readonly host: string;
  readonly port: number;
  /** Trips since the count was last taken; taking it begins at 0 again. Nothing may be on its way meanwhile. */
  take(): number;
  close(): Promise<void>;
}

/** Of a packet of the protocol: 3 bytes of length and a number, then the kind of command. */
const COMMAND_AT = 4;
/** By which a pool asks whether a connection still lives: it depends on how long that was idle, and not on the work. */
const COM_PING = 0x0e;

/**
 * A trip begins with the first bytes that follow an answer, so what is sent without waiting for the answer before is one
 * trip. The client must live in this process: what it sends in one turn of the event loop is then read in one, and the
 * count is exact.
 */
export async function countRoundTrips(target: { host: string; port: number }): Promise<RoundTripCounter> {
  let trips = 0;
  const open = new Set<Socket>();
  const counter = createServer((client) => {
    const server = connect(target);
    // The server speaks first; what follows its greeting is the first trip.
    let hasAnswered = true;
    client.on('data', (bytes) => {
      if (hasAnswered && bytes[COMMAND_AT] !== COM_PING) trips += 1;
      hasAnswered = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      hasAnswered = true;
      client.write(bytes);
    });
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true).on('error', end).on('close', end);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (counter.address() as AddressInfo).port,
    take() {
      const taken = trips;
      trips = 0;
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        counter.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
