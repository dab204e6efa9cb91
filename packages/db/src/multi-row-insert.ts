import { type TransactionSql } from './conflict-guard';
import { Prisma } from './generated/prisma/client';
import { type SqlValue, statementChunks } from './statement-chunks';

/** Column name to value; the same columns in every row of one insert. Names come from our code, never from input. */
export type InsertRow = Readonly<Record<string, SqlValue>>;

/** Inserts all rows or throws. @returns when every row is stored; nothing is skipped or cut. */
export async function insertAll(db: TransactionSql, table: string, rows: readonly InsertRow[]): Promise<void> {
  for (const chunk of statementChunks(rows)) {
    await db.$executeRaw(Prisma.sql`INSERT INTO ${Prisma.raw(table)} ${columnsAndValues(chunk)}`);
  }
}

/**
 * Inserts the rows whose key is not there yet, in one trip where all are new, and tells which those were.
 *
 * `INSERT IGNORE` skips duplicates, but it also turns every other refusal into a warning: a row that fails a check is
 * skipped too, and a text that is too long is cut. So what was stored is compared with what was meant, and a row that
 * was not stored must be proven to be a duplicate.
 *
 * @param key the columns of the unique rule, `order_id` first.
 * @returns for each row whether it is new. The same key twice is new once.
 * @throws when a row was neither stored as given nor there before. The transaction must roll back then.
 */
export async function insertNew(
  db: TransactionSql,
  table: string,
  key: readonly ['order_id', ...string[]],
  rows: readonly InsertRow[],
): Promise<readonly boolean[]> {
  const firstOf = new Map<string, InsertRow>();
  for (const row of rows) if (!firstOf.has(textOf(row, key))) firstOf.set(textOf(row, key), row);

  const stored = new Set<string>();
  // Everybody takes the locks on new rows in the same order, so two batches that overlap wait instead of deadlocking.
  const ordered = [...firstOf.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  for (const chunk of statementChunks(ordered)) {
    const missing = new Map(chunk.map((row) => [textOf(row, key), row]));
    const echo = textColumns(chunk, key);
    const returned = await db.$queryRaw<InsertRow[]>(
      Prisma.sql`INSERT IGNORE INTO ${Prisma.raw(table)} ${columnsAndValues(chunk)} RETURNING ${names(echo)}`,
    );
    for (const row of returned) {
      const meant = missing.get(textOf(row, key));
      if (!meant || textOf(meant, echo) !== textOf(row, echo)) {
        throw new Error(`${table} stored something else than it was given for order ${String(row['order_id'])}`);
      }
      missing.delete(textOf(row, key));
      stored.add(textOf(row, key));
    }
    await proveDuplicates(db, table, key, missing);
  }
  return rows.map((row) => firstOf.get(textOf(row, key)) === row && stored.has(textOf(row, key)));
}

async function proveDuplicates(
  db: TransactionSql,
  table: string,
  key: readonly string[],
  missing: ReadonlyMap<string, InsertRow>,
): Promise<void> {
  if (missing.size === 0) return;
  const orders = [...missing.values()].map((row) => row['order_id']);
  // A locking read: it sees rows that were committed after this transaction began, and the insert met them already.
  const found = await db.$queryRaw<InsertRow[]>(
    Prisma.sql`SELECT ${names(key)} FROM ${Prisma.raw(table)} WHERE order_id IN (${Prisma.join(orders)}) LOCK IN SHARE MODE`,
  );
  const there = new Set(found.map((row) => textOf(row, key)));
  for (const [text, row] of missing) {
    if (!there.has(text)) {
      throw new Error(`${table} refused a row of order ${String(row['order_id'])} that is not a duplicate`);
    }
  }
}

function columnsAndValues(rows: readonly InsertRow[]): Prisma.Sql {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => Prisma.sql`(${Prisma.join(columns.map((column) => row[column]))})`);
  return Prisma.sql`(${names(columns)}) VALUES ${Prisma.join(values)}`;
}

function names(columns: readonly string[]): Prisma.Sql {
  return Prisma.raw(columns.map((column) => `\`${column}\``).join(', '));
}

/** The key, and every column where a lenient insert could have changed a text on its way. */
function textColumns(rows: readonly InsertRow[], key: readonly string[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {});
  return columns.filter((name) => key.includes(name) || rows.some((row) => typeof row[name] === 'string'));
}

function textOf(row: InsertRow, columns: readonly string[]): string {
  // Numbers of one width sort as numbers do.
  return JSON.stringify(columns.map((name) => (typeof row[name] === 'bigint' ? pad(row[name]) : row[name])));
}

function pad(value: bigint): string {
  return value.toString().padStart(19, '0');
}
