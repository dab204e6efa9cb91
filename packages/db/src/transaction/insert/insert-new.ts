import { Prisma } from '../../generated/prisma/client';
import { type TransactionSql } from '../transaction-sql';
import { insertStatements } from './insert-all';
import { type InsertRow, type InsertTarget, rowTexts, statement, valuesInto } from './row-texts';
import { type SqlValue } from './sql-literal';
import { statementChunks } from './statement-chunks';

/**
 * Inserts the rows whose order has none in the table yet, in one trip where all are new, and tells which those were.
 *
 * `INSERT IGNORE` skips duplicates, but it also turns every other refusal into a warning: a row that fails a check is
 * skipped too, and a text that is too long is cut. So there must be one warning for each row that was not stored and no
 * other, and where there is one, every order must have a row, which is the one that was given or another.
 *
 * @param idField tells a row from every other that was ever stored.
 * @returns for each row whether it is new. Of two for the same order one is.
 * @throws when a row was neither stored as given nor there before. The transaction must roll back then.
 */
export async function insertNewById<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field | 'orderId'>,
  idField: Field,
  rows: readonly InsertRow<Field | 'orderId'>[],
): Promise<readonly boolean[]> {
  const inLockOrder = [...rows].sort(byLockOrder);
  const storing = insertStatements('INSERT IGNORE', target, inLockOrder).map(async (statement) => {
    const [kept, warnings] = await Promise.all([statement.send(sql), warningsOf(sql)]);
    if (warnings !== statement.rows - kept) throw storedSomethingElse(target, warnings);
    return kept;
  });
  const stored = (await Promise.all(storing)).reduce((sum, kept) => sum + kept, 0);
  if (stored === rows.length) return rows.map(() => true);

  const orders = Prisma.join(rows.map(({ orderId }) => orderId));
  // A locking read: it sees rows that were committed after this transaction began, and the insert met them already.
  const found = await sql.read<{ orderId: bigint; id: string }>(
    Prisma.sql`SELECT order_id AS orderId, ${Prisma.raw(target.columns[idField])} AS id FROM ${Prisma.raw(target.table)}
      WHERE order_id IN (${orders}) LOCK IN SHARE MODE`,
  );
  const idOf = new Map<SqlValue, string>(found.map(({ orderId, id }) => [orderId, id]));
  const isThere = rows.map((row) => {
    const id = idOf.get(row.orderId);
    if (id === undefined) throw refusedNoDuplicate(target, row.orderId);
    return id === row[idField];
  });
  if (stored === 0) return rows.map(() => false);
  if (isThere.filter(Boolean).length !== stored) throw new Error(`${target.table} had one of these very rows before`);
  return isThere;
}

/** Fields of a row whose key is to be unique. The order comes first, what is free text last, so that joined keys differ when keys do. */
type KeyFields<Field> = readonly ['orderId', ...Field[]];

/**
 * Inserts the rows whose key is not there yet, in one trip where all are new, and tells which those were.
 *
 * `INSERT IGNORE` skips duplicates, but it also turns every other refusal into a warning: a row that fails a check is
 * skipped too, and a text that is too long is cut. So there must be one warning for each row that was not stored and no
 * other, and a row that was not stored must be proven to be a duplicate.
 *
 * @param keyFields the fields of the unique rule.
 * @returns for each row whether it is new. The same key twice is new once.
 * @throws when a row was neither stored as given nor there before. The transaction must roll back then.
 */
export async function insertNew<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field | 'orderId'>,
  keyFields: KeyFields<Field>,
  rows: readonly InsertRow<Field | 'orderId'>[],
): Promise<readonly boolean[]> {
  const keys = rows.map((row) => keyOf(row, keyFields));
  const firstOf = new Map<string, InsertRow<Field | 'orderId'>>();
  rows.forEach((row, index) => {
    const key = keys[index] ?? '';
    if (!firstOf.has(key)) firstOf.set(key, row);
  });

  const stored = new Set<string>();
  const insert = `INSERT IGNORE INTO ${valuesInto(target)}`;
  const returning = ` RETURNING ${selectKey(target, keyFields)}`;
  const insertChunk = async (chunk: readonly string[]): Promise<void> => {
    const [returned, warnings] = await Promise.all([
      sql.read<StoredKey>(statement(insert, chunk, returning)),
      warningsOf(sql),
    ]);
    if (warnings !== chunk.length - returned.length) throw storedSomethingElse(target, warnings);
    for (const { rowKey } of returned) {
      if (!firstOf.has(rowKey)) throw new Error(`${target.table} stored another key than it was given`);
      stored.add(rowKey);
    }
  };
  const inLockOrder = [...firstOf.values()].sort(byLockOrder);
  const chunks = statementChunks(rowTexts(target, inLockOrder), (text) => text.length);
  await Promise.all(chunks.map(insertChunk));
  if (stored.size < firstOf.size) {
    const skipped = [...firstOf].filter(([key]) => !stored.has(key));
    await proveDuplicates(sql, target, keyFields, new Map(skipped));
  }
  return rows.map((row, index) => {
    const key = keys[index] ?? '';
    return firstOf.get(key) === row && stored.has(key);
  });
}

type KeyedRow = InsertRow<'orderId'>;

async function proveDuplicates<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field | 'orderId'>,
  keyFields: KeyFields<Field>,
  skipped: ReadonlyMap<string, KeyedRow>,
): Promise<void> {
  const orders = Prisma.join([...skipped.values()].map(({ orderId }) => orderId));
  // A locking read: it sees rows that were committed after this transaction began, and the insert met them already.
  const found = await sql.read<StoredKey>(
    Prisma.sql`SELECT ${Prisma.raw(selectKey(target, keyFields))} FROM ${Prisma.raw(target.table)}
      WHERE order_id IN (${orders}) LOCK IN SHARE MODE`,
  );
  const there = new Set(found.map(({ rowKey }) => rowKey));
  for (const [key, { orderId }] of skipped) {
    if (!there.has(key)) throw refusedNoDuplicate(target, orderId);
  }
}

/** Of the statement before. */
async function warningsOf(sql: TransactionSql): Promise<number> {
  const [told] = await sql.read<{ warnings: bigint }>(Prisma.sql`SELECT @@warning_count AS warnings`);
  return Number(told?.warnings);
}

function storedSomethingElse({ table }: InsertTarget<string>, warnings: number): Error {
  return new Error(`${table} stored something else than it was given: ${warnings} warnings`);
}

function refusedNoDuplicate({ table }: InsertTarget<string>, orderId: unknown): Error {
  return new Error(`${table} refused a row of order ${String(orderId)} that is not a duplicate`);
}

/** Everybody takes the locks on new rows in the same order, so two batches that overlap wait instead of deadlocking. */
function byLockOrder(a: KeyedRow, b: KeyedRow): number {
  return (a.orderId ?? 0) < (b.orderId ?? 0) ? -1 : 1;
}

function keyOf<Field extends string>(row: InsertRow<Field | 'orderId'>, fields: KeyFields<Field>): string {
  return fields.map((field) => String(row[field])).join('\n');
}

/** The same text, by the server: for each column of a row the driver would make a dozen objects. */
function selectKey<Field extends string>(
  { columns }: InsertTarget<Field | 'orderId'>,
  fields: KeyFields<Field>,
): string {
  return `CONCAT_WS('\\n', ${fields.map((field) => columns[field]).join(', ')}) AS rowKey`;
}

interface StoredKey {
  readonly rowKey: string;
}
