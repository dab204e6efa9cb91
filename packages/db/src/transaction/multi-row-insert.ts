import { Prisma } from '../generated/prisma/client';
import { type SqlValue, statementChunks } from './statement-chunks';
import { type TransactionSql } from './transaction-sql';

/** Column name to value, the same columns in the same order in every row of one insert. Names come from our code alone. */
export type InsertRow = Readonly<Record<string, SqlValue>>;

/** Inserts all rows or throws: nothing is skipped or cut. */
export async function insertAll(sql: TransactionSql, table: string, rows: readonly InsertRow[]): Promise<void> {
  const chunks = statementChunks(rows);
  await Promise.all(
    chunks.map((chunk) => sql.write(statement(`INSERT INTO ${table} ${columnList(chunk)} VALUES `, chunk))),
  );
}

/** A row whose key is to be unique. The order comes first, what is free text last, so that joined keys differ when keys do. */
type KeyColumns = readonly ['order_id', ...string[]];

/**
 * Inserts the rows whose key is not there yet, in one trip where all are new, and tells which those were.
 *
 * `INSERT IGNORE` skips duplicates, but it also turns every other refusal into a warning: a row that fails a check is
 * skipped too, and a text that is too long is cut. So there must be one warning for each row that was not stored and no
 * other, and a row that was not stored must be proven to be a duplicate.
 *
 * @param keyColumns the columns of the unique rule.
 * @returns for each row whether it is new. The same key twice is new once.
 * @throws when a row was neither stored as given nor there before. The transaction must roll back then.
 */
export async function insertNew(
  sql: TransactionSql,
  table: string,
  keyColumns: KeyColumns,
  rows: readonly InsertRow[],
): Promise<readonly boolean[]> {
  const keys = rows.map((row) => keyOf(row, keyColumns));
  const firstOf = new Map<string, InsertRow>();
  rows.forEach((row, index) => {
    const key = keys[index] ?? '';
    if (!firstOf.has(key)) firstOf.set(key, row);
  });

  const stored = new Set<InsertRow>();
  const insertChunk = async (chunk: readonly InsertRow[]): Promise<void> => {
    const insert = `INSERT IGNORE INTO ${table} ${columnList(chunk)} VALUES `;
    const [returned, [told]] = await Promise.all([
      sql.read<InsertRow>(statement(insert, chunk, ` RETURNING ${keyColumns.join(', ')}`)),
      sql.read<{ warnings: bigint }>(Prisma.sql`SELECT @@warning_count AS warnings`),
    ]);
    if (told?.warnings !== BigInt(chunk.length - returned.length)) {
      throw new Error(`${table} stored something else than it was given: ${String(told?.warnings)} warnings`);
    }
    for (const row of returned) {
      const meant = firstOf.get(keyOf(row, keyColumns));
      if (!meant) throw new Error(`${table} stored another key than it was given for order ${String(row['order_id'])}`);
      stored.add(meant);
    }
  };
  const inLockOrder = [...firstOf.values()].sort(byLockOrder);
  await Promise.all(statementChunks(inLockOrder).map(insertChunk));
  const skipped = inLockOrder.filter((row) => !stored.has(row));
  await proveDuplicates(sql, table, keyColumns, skipped);
  return rows.map((row, index) => firstOf.get(keys[index] ?? '') === row && stored.has(row));
}

async function proveDuplicates(
  sql: TransactionSql,
  table: string,
  keyColumns: KeyColumns,
  skipped: readonly InsertRow[],
): Promise<void> {
  if (skipped.length === 0) return;
  const orders = Prisma.join(skipped.map((row) => row['order_id']));
  // A locking read: it sees rows that were committed after this transaction began, and the insert met them already.
  const found = await sql.read<InsertRow>(
    Prisma.sql`SELECT ${Prisma.raw(keyColumns.join(', '))} FROM ${Prisma.raw(table)}
      WHERE order_id IN (${orders}) LOCK IN SHARE MODE`,
  );
  const there = new Set(found.map((row) => keyOf(row, keyColumns)));
  for (const row of skipped) {
    if (!there.has(keyOf(row, keyColumns))) {
      throw new Error(`${table} refused a row of order ${String(row['order_id'])} that is not a duplicate`);
    }
  }
}

/** Everybody takes the locks on new rows in the same order, so two batches that overlap wait instead of deadlocking. */
function byLockOrder(a: InsertRow, b: InsertRow): number {
  return (a['order_id'] ?? 0) < (b['order_id'] ?? 0) ? -1 : 1;
}

function keyOf(row: InsertRow, columns: KeyColumns): string {
  return columns.map((column) => String(row[column])).join('\n');
}

function columnList(rows: readonly InsertRow[]): string {
  return `(${Object.keys(rows[0] ?? {}).join(', ')})`;
}

/**
 * `head (…), (…), … tail`, with every text and date as a bound value. Numbers and nulls stand in the statement itself:
 * there is nothing to quote in them.
 */
function statement(head: string, rows: readonly InsertRow[], tail = ''): Prisma.Sql {
  const texts: string[] = [];
  const values: (string | Date)[] = [];
  let text = head;
  rows.forEach((row, rowIndex) => {
    text += rowIndex === 0 ? '(' : ', (';
    Object.values(row).forEach((value, index) => {
      if (index > 0) text += ', ';
      if (typeof value === 'string' || value instanceof Date) {
        texts.push(text);
        values.push(value);
        text = '';
      } else {
        text += value === null ? 'NULL' : value.toString();
      }
    });
    text += ')';
  });
  texts.push(text + tail);
  return new Prisma.Sql(texts, values);
}
