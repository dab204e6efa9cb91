import { type EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionConfig, type Connection, createPool } from 'mariadb';

export interface OutboxRow {
  readonly topic: string;
  readonly key: string;
  readonly payload: string;
  readonly traceParent?: string;
}

/** Within the transaction that the connection is in, or committed at once. @returns its id. */
export async function insertRow(
  connection: Pick<Connection, 'query'>,
  { topic, key, payload, traceParent }: OutboxRow,
): Promise<bigint> {
  // Without a trace it is a row of a worker that does not know the column.
  const [column, value] = traceParent === undefined ? ['', ''] : [', trace_parent', ', ?'];
  const [row] = await connection.query<{ id: bigint }[]>(
    `INSERT INTO payment_outbox (aggregate_id, aggregate_type, event_type, payload, topic, partition_key, status${column})
     VALUES (?, 'Payment', 'test', ?, ?, ?, 'PENDING'${value}) RETURNING id`,
    [key, payload, topic, key, ...(traceParent === undefined ? [] : [traceParent])],
  );
  return row!.id;
}

/**
 * Payments with a row on each topic, one after the other, each committed at once, until told; what the database does not answer for
 * is tried again, so that a row may be there twice, as a payment of its own.
 */
export async function insertUntil(
  address: ConnectionConfig,
  isOver: () => boolean,
  { perSecond, topics }: { readonly perSecond: number; readonly topics: readonly string[] },
): Promise<void> {
  const pool = createPool({ ...address, connectionLimit: 8, acquireTimeout: 2_000 });
  (pool as unknown as EventEmitter).on('error', () => undefined);
  const underWay = new Set<Promise<void>>();
  const insertPayment = async (name: string): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      const key = `${name}/${tries}`;
      try {
        for (const topic of topics) await insertRow(pool, { topic, key, payload: '{}' });
        return;
      } catch {
        await sleep(200);
      }
    }
  };
  const startedAt = Date.now();
  let payments = 0;
  while (!isOver()) {
    await sleep(5);
    const due = ((Date.now() - startedAt) / 1_000) * perSecond;
    // An outage is not made up for.
    for (; payments < due; payments += 1) {
      if (underWay.size >= 8) continue;
      const one = insertPayment(`p${payments}`).finally(() => {
        underWay.delete(one);
      });
      underWay.add(one);
    }
  }
  await Promise.all(underWay);
  await pool.end();
}
