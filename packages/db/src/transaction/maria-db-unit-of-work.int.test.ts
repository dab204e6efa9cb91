import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OrderId, type Payment, PaymentIdempotency } from '@koosco/payment-domain';
import { type Connection, createConnection } from 'mariadb';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CuttingProxy, cuttingProxy } from '../../test/cutting-proxy';
import { newPayment, writeCreation } from '../../test/examples';
import { testServer } from '../../test/test-server';
import { createDatabase, type Database } from '../create-database';
import { serverErrorCode } from './transaction-conflict';
import { freshDatabase, type FreshDatabase } from '../testing';

let address: FreshDatabase;
let proxy: CuttingProxy;
/** Through the proxy. One connection, so that a test knows which one it is. */
let database: Database;
let observer: Connection;
/** Another one, for while the observer waits. */
let admin: Connection;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  proxy = await cuttingProxy(address);
  database = createDatabase({ ...address, host: proxy.host, port: proxy.port, connectionLimit: 1, lockWaitMs: 1000 });
  observer = await createConnection(address);
  admin = await createConnection(testServer());
});

afterAll(async () => {
  await observer.end();
  await admin.end();
  await database.close();
  await proxy.close();
  await address.drop();
});

describe('MariaDbUnitOfWork', () => {
  describe('when the connection dies between two writes', () => {
    it('leaves nothing of payment, idempotency and outbox, and works again at once', async () => {
      const payment = newPayment();
      const work = database.unitOfWork.run(async (tx) => {
        await writeCreation(tx, payment);
        await killConnections();
        await tx.payments.save(payment);
      });
      await expect(work).rejects.toThrow();
      expect(await rowsOf(payment)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });

      await database.unitOfWork.run((tx) => writeCreation(tx, payment));
      expect(await rowsOf(payment)).toEqual({ payment: 1, idempotency: 1, outbox: 1 });
    });
  });

  describe('when the connection dies during the commit', () => {
    it('says that the outcome is unknown where nothing was committed, and does not run the work again', async () => {
      const payment = newPayment();
      proxy.cutNext('COMMIT', 'before');
      const { error, runs } = await runOnce(payment);
      expect(error).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });
      expect(runs).toBe(1);
      expect(await rowsOf(payment)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });
    });

    it('says the same where everything was committed', async () => {
      const payment = newPayment();
      proxy.cutNext('COMMIT', 'after');
      const { error, runs } = await runOnce(payment);
      expect(error).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });
      expect(runs).toBe(1);
      expect(await rowsOf(payment)).toEqual({ payment: 1, idempotency: 1, outbox: 1 });
    });

    it('says the same when the server ended the connection before', async () => {
      const payment = newPayment();
      const work = database.unitOfWork.run(async (tx) => {
        await writeCreation(tx, payment);
        await killConnections();
      });
      await expect(work).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });
      expect(await rowsOf(payment)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });
    });
  });

  describe('when a row stays locked', () => {
    it('runs again after a lock wait timeout, and succeeds once the lock is gone', async () => {
      const { orderId } = await stored();
      await lock(orderId);
      let runs = 0;
      await database.unitOfWork.run(async (tx) => {
        runs += 1;
        // The lock goes only after the first try has given up.
        if (runs === 2) await observer.rollback();
        return tx.payments.findByOrderIdForUpdate(orderId);
      });
      expect(runs).toBe(2);
    });

    it('gives up after five tries, with the error of the last', async () => {
      const { orderId } = await stored();
      await lock(orderId);
      let runs = 0;
      const work = database.unitOfWork.run((tx) => {
        runs += 1;
        return tx.payments.findByOrderIdForUpdate(orderId);
      });
      const error: unknown = await work.catch((reason: unknown) => reason);
      await observer.rollback();
      expect(runs).toBe(5);
      expect(serverErrorCode(error)).toBe('1205');
    });
  });

  describe('when the server ends it for a deadlock, and more was sent behind the statement that met it', () => {
    it('keeps none of what was sent behind it', async () => {
      const [mine, theirs] = [await stored(), await stored()];
      const behind = newPayment();
      // With more changes than ours, so that ours is the one to give way.
      await observer.beginTransaction();
      await observer.query(
        "INSERT INTO payment_idempotency (order_id, action, idempotency_key, created_at) VALUES (0, 'CREATE', 'weight', NOW())",
      );
      await lock(theirs.orderId, { begin: false });
      let runs = 0;
      const work = database.unitOfWork.run(async (tx) => {
        runs += 1;
        if (runs === 2) throw new Error('enough');
        await tx.payments.findByOrderIdForUpdate(mine.orderId);
        void lock(mine.orderId, { begin: false });
        await until(async () => (await waitingForLocks()) === 1);
        await Promise.all([tx.payments.findByOrderIdForUpdate(theirs.orderId), writeCreation(tx, behind)]);
      });
      await expect(work).rejects.toThrow('enough');
      await observer.rollback();
      expect(await rowsOf(behind)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });
    });
  });

  describe('when the work swallows a conflict and goes on', () => {
    it('lets nothing more through, and runs it again as a whole', async () => {
      const { orderId } = await stored();
      const payment = newPayment();
      await lock(orderId);
      let runs = 0;
      await database.unitOfWork.run(async (tx) => {
        runs += 1;
        if (runs === 2) await observer.rollback();
        await tx.payments.findByOrderIdForUpdate(orderId).catch(() => null);
        if (runs === 1) await expect(writeCreation(tx, payment)).rejects.toThrow('Lock wait timeout');
      });
      expect(runs).toBe(2);
      expect(await rowsOf(payment)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });
    });
  });

  describe('when somebody else changed a row that its snapshot does not show', () => {
    it('runs again under innodb_snapshot_isolation', async () => {
      const { orderId } = await stored();
      await observer.query('SET GLOBAL innodb_snapshot_isolation = ON');
      const strict = createDatabase({ ...address, connectionLimit: 2, isolationLevel: 'REPEATABLE READ' });
      let runs = 0;
      await strict.unitOfWork.run(async (tx) => {
        runs += 1;
        await tx.attempts.findLatest(newPayment().state.paymentId, 'takes the snapshot');
        if (runs === 1)
          await observer.query('UPDATE payment SET order_name = ? WHERE order_id = ?', ['새 이름', orderId]);
        return tx.payments.findByOrderIdForUpdate(orderId);
      });
      await observer.query('SET GLOBAL innodb_snapshot_isolation = DEFAULT');
      await strict.close();
      expect(runs).toBe(2);
    });
  });

  describe('when a key was committed that its snapshot does not show', () => {
    it('takes it for the duplicate that it is', async () => {
      const { orderId } = await stored();
      const key = [PaymentIdempotency.of(orderId, 'CREATE', 'event')];
      const strict = createDatabase({ ...address, connectionLimit: 2, isolationLevel: 'REPEATABLE READ' });
      const isNew = await strict.unitOfWork.run(async (tx) => {
        await tx.attempts.findLatest(newPayment().state.paymentId, 'takes the snapshot');
        await database.unitOfWork.run((other) => other.idempotency.insertNew(key));
        return tx.idempotency.insertNew(key);
      });
      await strict.close();
      expect(isNew).toEqual([false]);
    });
  });

  describe('when the work takes too long', () => {
    it('rolls back and does not call that an unknown outcome', async () => {
      const impatient = createDatabase({ ...address, connectionLimit: 1, transactionDurationMs: 100 });
      const payment = newPayment();
      const work = impatient.unitOfWork.run(async (tx) => {
        await writeCreation(tx, payment);
        // Work that ends by itself wins against its limit when the process is held up for long enough.
        await new Promise(() => undefined);
      });
      await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_TOO_LONG' });
      await impatient.close();
      expect(await rowsOf(payment)).toEqual({ payment: 0, idempotency: 0, outbox: 0 });
    });
  });
});

async function runOnce(payment: Payment): Promise<{ error: unknown; runs: number }> {
  let runs = 0;
  const work = database.unitOfWork.run((tx) => {
    runs += 1;
    return writeCreation(tx, payment);
  });
  const error: unknown = await work.catch((reason: unknown) => reason);
  return { error, runs };
}

async function stored(): Promise<{ orderId: OrderId }> {
  const payment = newPayment();
  await database.unitOfWork.run((tx) => tx.payments.insertNew([payment]));
  return payment.state;
}

async function lock(orderId: OrderId, { begin = true } = {}): Promise<void> {
  if (begin) await observer.beginTransaction();
  await observer.query('SELECT id FROM payment WHERE order_id = ? FOR UPDATE', [orderId]);
}

async function waitingForLocks(): Promise<number> {
  const rows = await admin.query<unknown[]>(
    `SELECT 1 FROM information_schema.innodb_trx AS trx
     JOIN information_schema.processlist AS thread ON thread.id = trx.trx_mysql_thread_id
     WHERE trx.trx_state = 'LOCK WAIT' AND thread.db = ?`,
    [address.database],
  );
  return rows.length;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(120);
}

/** Every connection to this test's database but the observer's. */
async function killConnections(): Promise<void> {
  const threads = await observer.query<{ id: bigint }[]>(
    'SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()',
    [address.database],
  );
  for (const { id } of threads) await observer.query(`KILL ${id}`);
}

async function rowsOf({ state }: Payment): Promise<Record<string, number>> {
  const [row] = await observer.query<Record<string, bigint>[]>(
    `SELECT (SELECT COUNT(*) FROM payment WHERE order_id = ?) AS payment,
            (SELECT COUNT(*) FROM payment_idempotency WHERE order_id = ?) AS idempotency,
            (SELECT COUNT(*) FROM payment_outbox WHERE aggregate_id = ?) AS outbox`,
    [state.orderId, state.orderId, state.paymentId],
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([table, count]) => [table, Number(count)]));
}
