import { Prisma } from '../generated/prisma/client';
import { insertAgain, noteSentAgain, PAYMENTS_AT_ONCE } from '../outbox/maria-db-outbox-recovery';
import { type SqlTransactions } from '../transaction/sql-transactions';
import { type OutboxRepair, type PlacedRow, type RepairChoice, type RepairPlan } from './outbox-repair';

const ROWS_AT_ONCE = 1_000;
/** What is planned is held in memory. */
const PAYMENTS_MAX = 1_000_000;
const PAGE_ROWS = 20_000;

export class MariaDbOutboxRepair implements OutboxRepair {
  constructor(private readonly transactions: SqlTransactions) {}

  async plan(choice: RepairChoice): Promise<RepairPlan | null> {
    const firsts = await this.#firstOfEach(choice);
    if (firsts === null) return null;
    if (firsts.length > PAYMENTS_MAX)
      throw new RangeError(`more than ${PAYMENTS_MAX} payments: choose a shorter period`);
    const firstOf = new Map(firsts.map(({ aggregateId, firstId }) => [aggregateId, firstId]));
    const found = new Map<string, bigint[]>();
    let rows = 0;
    let from = firsts
      .map(({ firstId }) => firstId)
      .reduce((least, id) => (id < least ? id : least), firsts[0]?.firstId ?? 0n);
    let to = 0n;
    for (let page: readonly Placed[] = await this.#page(from, firsts.length); page.length > 0;) {
      for (const { id, aggregateId } of page) {
        const first = firstOf.get(aggregateId);
        if (first === undefined || id < first) continue;
        const ids = found.get(aggregateId);
        if (ids === undefined) found.set(aggregateId, [id]);
        else ids.push(id);
        rows += 1;
      }
      to = page.at(-1)?.id ?? to;
      from = to + 1n;
      page = page.length < PAGE_ROWS ? [] : await this.#page(from, firsts.length);
    }
    const chosen = firsts.reduce((sum, { count }) => sum + Number(count), 0);
    return { chosen, rows, tableRows: await this.#tableRows(), payments: found, to };
  }

  async sendAgain({ payments, to }: RepairPlan, onProgress?: (rows: number) => void): Promise<number> {
    let sent = 0;
    for (const some of portionsOf(payments)) {
      // Before it is done, so that no relay takes it for lost; and after it, or the last of it would be.
      await this.transactions.run(noteSentAgain);
      const firstOf = new Map(some.map(([paymentId, ids]) => [paymentId, ids[0] ?? 0n]));
      const ids = some.flatMap(([, each]) => each);
      sent += await this.transactions.run((sql) => insertAgain(sql, firstOf, { ids, to }));
      onProgress?.(sent);
    }
    if (sent > 0) await this.transactions.run(noteSentAgain);
    return sent;
  }

  whereIs(id: bigint): Promise<PlacedRow | null> {
    return this.transactions.run(async (sql) => {
      const [row] = await sql.read<PlacedRow>(Prisma.sql`
        SELECT status AS place, aggregate_id AS paymentId, event_type AS eventType, topic FROM payment_outbox WHERE id = ${id}
        UNION ALL
        SELECT 'SET_ASIDE', aggregate_id, event_type, topic FROM payment_outbox_set_aside WHERE id = ${id}`);
      return row ?? null;
    });
  }

  setAside(id: bigint, { operator, reason }: { readonly operator: string; readonly reason: string }): Promise<boolean> {
    return this.transactions.run(async (sql) => {
      const [row] = await sql.read<{ status: string }>(
        Prisma.sql`SELECT status FROM payment_outbox WHERE id = ${id} FOR UPDATE`,
      );
      if (row?.status !== 'PENDING') return false;
      await sql.write(Prisma.sql`
        INSERT INTO payment_outbox_set_aside
          (id, aggregate_id, aggregate_type, event_type, payload, topic, partition_key, trace_parent, created_at, operator, reason)
        SELECT id, aggregate_id, aggregate_type, event_type, payload, topic, partition_key, trace_parent, created_at,
          ${operator}, ${reason}
        FROM payment_outbox WHERE id = ${id}`);
      await sql.write(Prisma.sql`DELETE FROM payment_outbox WHERE id = ${id}`);
      return true;
    });
  }

  async putBack(id: bigint): Promise<number> {
    await this.transactions.run(noteSentAgain);
    const sent = await this.transactions.run(async (sql) => {
      const [row] = await sql.read<{ aggregateId: string }>(
        Prisma.sql`SELECT aggregate_id AS aggregateId FROM payment_outbox_set_aside WHERE id = ${id} FOR UPDATE`,
      );
      if (row === undefined) return 0;
      await sql.write(Prisma.sql`
        INSERT INTO payment_outbox
          (id, aggregate_id, aggregate_type, event_type, payload, topic, partition_key, trace_parent, status, created_at)
        SELECT id, aggregate_id, aggregate_type, event_type, payload, topic, partition_key, trace_parent, 'PENDING', created_at
        FROM payment_outbox_set_aside WHERE id = ${id}`);
      await sql.write(Prisma.sql`DELETE FROM payment_outbox_set_aside WHERE id = ${id}`);
      return insertAgain(sql, new Map([[row.aggregateId, id]]));
    });
    if (sent > 0) await this.transactions.run(noteSentAgain);
    return sent;
  }

  async #firstOfEach(choice: RepairChoice): Promise<readonly First[] | null> {
    const found = await this.transactions.run((sql) => sql.read<First>(firstsOf(choice)));
    return found.length === 0 && choice.kind !== 'period' ? null : found;
  }

  /** @param wanted of how many payments; nothing is read for none. */
  #page(from: bigint, wanted: number): Promise<readonly Placed[]> {
    if (wanted === 0) return Promise.resolve([]);
    return this.transactions.run((sql) =>
      sql.read<Placed>(Prisma.sql`
        SELECT id, aggregate_id AS aggregateId FROM payment_outbox FORCE INDEX (PRIMARY)
        WHERE id >= ${from} ORDER BY id LIMIT ${PAGE_ROWS}`),
    );
  }

  #tableRows(): Promise<number> {
    return this.transactions.run(async (sql) => {
      const [row] = await sql.read<{ count: bigint }>(
        Prisma.sql`SELECT COUNT(*) AS count FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)`,
      );
      return Number(row?.count ?? 0);
    });
  }
}

interface Placed {
  readonly id: bigint;
  readonly aggregateId: string;
}

/** The first of a payment's rows that are chosen, and how many are. */
interface First {
  readonly aggregateId: string;
  readonly firstId: bigint;
  readonly count: bigint;
}

function firstsOf(choice: RepairChoice): Prisma.Sql {
  const columns = Prisma.sql`aggregate_id AS aggregateId, MIN(id) AS firstId, COUNT(*) AS count`;
  switch (choice.kind) {
    case 'period': {
      const { from, to, topic } = choice;
      // A row's time is rounded down to the second.
      return Prisma.sql`
        SELECT ${columns} FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
        WHERE status = 'PUBLISHED' AND created_at >= ${from} - INTERVAL 1 SECOND AND created_at < ${to}
          AND aggregate_type <> 'Canary' ${topic === undefined ? Prisma.empty : Prisma.sql`AND topic = ${topic}`}
        GROUP BY aggregate_id ORDER BY firstId LIMIT ${PAYMENTS_MAX + 1}`;
    }
    case 'payment':
      // By time: there is no index by payment.
      return Prisma.sql`
        SELECT ${columns} FROM payment_outbox FORCE INDEX (idx_payment_outbox_status)
        WHERE status IN ('PENDING', 'PUBLISHED') AND aggregate_id = ${choice.paymentId}
          AND created_at >= (SELECT created_at FROM payment WHERE payment_id = ${choice.paymentId}) - INTERVAL 2 SECOND
        GROUP BY aggregate_id`;
    case 'row':
      return Prisma.sql`SELECT aggregate_id AS aggregateId, id AS firstId, 1 AS count FROM payment_outbox WHERE id = ${choice.id}`;
  }
}

function* portionsOf(
  payments: ReadonlyMap<string, readonly bigint[]>,
): Generator<readonly (readonly [string, readonly bigint[]])[]> {
  let portion: (readonly [string, readonly bigint[]])[] = [];
  let rows = 0;
  for (const payment of payments) {
    const [, ids] = payment;
    if (portion.length > 0 && (portion.length === PAYMENTS_AT_ONCE || rows + ids.length > ROWS_AT_ONCE)) {
      yield portion;
      [portion, rows] = [[], 0];
    }
    portion.push(payment);
    rows += ids.length;
  }
  if (portion.length > 0) yield portion;
}
