import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { type Connection, createConnection } from 'mariadb';
import { cuttingProxy } from '../test/cutting-proxy';
import { newPayment } from '../test/examples';
import { testServer } from '../test/test-server';
import { createDatabase } from './create-database';
import { isDatabaseUnavailable } from './connection/is-database-unavailable';
import { freshDatabase, type FreshDatabase } from './testing';

let address: FreshDatabase;
let observer: Connection;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  observer = await createConnection(address);
});

afterAll(async () => {
  await observer.end();
  await address.drop();
});

describe('createDatabase', () => {
  describe('when the server comes up later', () => {
    it('fails call by call until then, and works from then on', async () => {
      const port = await freePort();
      const database = createDatabase({
        ...address,
        host: '127.0.0.1',
        port,
        connectionLimit: 2,
        connectionWaitMs: 200,
      });
      await expect(database.ping()).rejects.toThrow();
      await expect(database.unitOfWork.run((tx) => tx.attempts.findForUpdate('x'))).rejects.toThrow();

      const proxy = await cuttingProxy(address, { port });
      await until(() => database.ping());
      await database.close();
      await proxy.close();
    });
  });

  describe('when the server goes away while a connection is being set up', () => {
    it('opens another one', async () => {
      const proxy = await cuttingProxy(address);
      proxy.cutNext('SET SESSION', 'before');
      const database = createDatabase({ ...address, host: proxy.host, port: proxy.port, connectionLimit: 2 });
      await until(() => database.ping());
      await database.close();
      await proxy.close();
    });
  });

  describe('when the server is frozen', () => {
    it('lets every statement fail as unavailable, and works again when it is back', async () => {
      const proxy = await cuttingProxy(address);
      const database = createDatabase({
        ...address,
        ...{ host: proxy.host, port: proxy.port, connectionLimit: 4 },
        ...{ connectionWaitMs: 300, statementTimeoutMs: 300 },
      });
      await until(() => Promise.all(Array.from({ length: 4 }, () => database.ping())));
      const thaw = proxy.freeze();
      const paymentId = newPayment().state.paymentId;
      const calls = Array.from({ length: 24 }, (_, index) =>
        index % 2 === 0
          ? database.reader.findById(paymentId)
          : database.unitOfWork.run((tx) => tx.attempts.findLatest(paymentId, 'key')),
      );
      for (const call of await Promise.allSettled(calls)) {
        expect(call.status).toBe('rejected');
        expect(isDatabaseUnavailable((call as PromiseRejectedResult).reason)).toBe(true);
      }
      thaw();
      await until(async () => expect(await database.reader.findById(paymentId)).toBeNull());
      await database.close();
      await proxy.close();
    });
  });

  describe('when the server is set to another time zone and a lenient mode, and the process lives in Seoul', () => {
    const processTimeZone = process.env['TZ'];
    beforeAll(async () => {
      process.env['TZ'] = 'Asia/Seoul';
      await observer.query("SET GLOBAL time_zone = '-07:00', sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
    });
    afterAll(async () => {
      await observer.query('SET GLOBAL time_zone = DEFAULT, sql_mode = DEFAULT');
      if (processTimeZone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = processTimeZone;
    });

    it('writes and reads the same moments, stored as UTC to the millisecond', async () => {
      const database = createDatabase({ ...address, connectionLimit: 1 });
      const payment = newPayment({ now: new Date('2026-03-08T02:30:00.007Z'), orderName: 'it\'s \\ "quoted"' });
      await database.unitOfWork.run((tx) => tx.payments.insertNew([payment]));
      expect(await database.reader.findById(payment.state.paymentId)).toEqual(payment);
      const [row] = await observer.query<{ text: string }[]>('SELECT CAST(created_at AS CHAR) AS text FROM payment');
      expect(row?.text).toBe('2026-03-08 02:30:00.007');
      await database.close();
    });

    it('refuses what does not fit, instead of cutting it', async () => {
      const database = createDatabase({ ...address, connectionLimit: 1 });
      const payment = newPayment({ orderName: '가'.repeat(101) });
      await expect(database.unitOfWork.run((tx) => tx.payments.insertNew([payment]))).rejects.toThrow();
      expect(await database.reader.findById(payment.state.paymentId)).toBeNull();
      await database.close();
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tries again until it succeeds; the test's own timeout is the limit. */
async function until(action: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await action();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
