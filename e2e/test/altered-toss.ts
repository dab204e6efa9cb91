import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A row of `GET /v1/transactions`. */
export type BookRow = Record<string, unknown> & {
  transactionKey: string;
  status: string;
  amount: number;
  orderId: string;
};

export interface AlteredToss {
  readonly url: string;
  /** How its list of transactions differs from that of the one behind it; the rest is the same. */
  alter(rows: (rows: readonly BookRow[]) => readonly BookRow[]): void;
  close(): Promise<void>;
}

/** Toss with other books: the sandbox's own cannot be falsified. */
export async function alteredToss(target: string): Promise<AlteredToss> {
  let alter = (rows: readonly BookRow[]) => rows;
  const server = createServer((request, response) => {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    void fetch(target + (request.url ?? ''), { headers: headers as Record<string, string> }).then(async (answer) => {
      const body = await answer.text();
      const isList = request.url?.startsWith('/v1/transactions') === true && answer.ok;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(isList ? JSON.stringify(alter(JSON.parse(body) as BookRow[])) : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    alter: (rows) => (alter = rows),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
