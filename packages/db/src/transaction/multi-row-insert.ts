import { Prisma } from '../generated/prisma/client';
import { type ColumnMapping, selectList } from './column-mapping';
import { sqlLiteral, type SqlValue } from './sql-literal';
import { statementChunks } from './statement-chunks';
import { type TransactionSql } from './transaction-sql';

/** Where rows are inserted, and where each of their fields is stored. All names come from our code. */
export interface InsertTarget<Field extends string> {
  readonly table: string;
  readonly columns: ColumnMapping<Record<Field, unknown>>;
}

export type InsertRow<Field extends string> = Readonly<Record<Field, SqlValue>>;

/** Inserts all rows or throws: nothing is skipped or cut. */
export async function insertAll<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): Promise<void> {
  const insert = `INSERT INTO ${valuesInto(target)}`;
  await Promise.all(statementChunks(rowTexts(target, rows)).map((chunk) => sql.write(statement(insert, chunk))));
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
  type Row = (typeof rows)[number];
  const keys = rows.map((row) => keyOf(row, keyFields));
  const firstOf = new Map<string, Row>();
  rows.forEach((row, index) => {
    const key = keys[index] ?? '';
    if (!firstOf.has(key)) firstOf.set(key, row);
  });

  const stored = new Set<Row>();
  const insert = `INSERT IGNORE INTO ${valuesInto(target)}`;
  const returning = ` RETURNING ${selectKey(target, keyFields).sql}`;
  const insertChunk = async (chunk: readonly string[]): Promise<void> => {
    const [returned, [told]] = await Promise.all([
      sql.read<Row>(statement(insert, chunk, returning)),
      sql.read<{ warnings: bigint }>(Prisma.sql`SELECT @@warning_count AS warnings`),
    ]);
    if (told?.warnings !== BigInt(chunk.length - returned.length)) {
      throw new Error(`${target.table} stored something else than it was given: ${String(told?.warnings)} warnings`);
    }
    for (const row of returned) {
      const meant = firstOf.get(keyOf(row, keyFields));
      if (!meant) throw new Error(`${target.table} stored another key than it was given for order ${orderOf(row)}`);
      stored.add(meant);
    }
  };
  const inLockOrder = [...firstOf.values()].sort(byLockOrder);
  await Promise.all(statementChunks(rowTexts(target, inLockOrder)).map(insertChunk));
  const skipped = inLockOrder.filter((row) => !stored.has(row));
  await proveDuplicates(sql, target, keyFields, skipped);
  return rows.map((row, index) => firstOf.get(keys[index] ?? '') === row && stored.has(row));
}

type KeyedRow = InsertRow<'orderId'>;

async function proveDuplicates<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field | 'orderId'>,
  keyFields: KeyFields<Field>,
  skipped: readonly InsertRow<Field | 'orderId'>[],
): Promise<void> {
  if (skipped.length === 0) return;
  const orders = Prisma.join(skipped.map(({ orderId }) => orderId));
  // A locking read: it sees rows that were committed after this transaction began, and the insert met them already.
  const found = await sql.read<(typeof skipped)[number]>(
    Prisma.sql`SELECT ${selectKey(target, keyFields)} FROM ${Prisma.raw(target.table)}
      WHERE order_id IN (${orders}) LOCK IN SHARE MODE`,
  );
  const there = new Set(found.map((row) => keyOf(row, keyFields)));
  for (const row of skipped) {
    if (!there.has(keyOf(row, keyFields))) {
      throw new Error(`${target.table} refused a row of order ${orderOf(row)} that is not a duplicate`);
    }
  }
}

/** Everybody takes the locks on new rows in the same order, so two batches that overlap wait instead of deadlocking. */
function byLockOrder(a: KeyedRow, b: KeyedRow): number {
  return (a.orderId ?? 0) < (b.orderId ?? 0) ? -1 : 1;
}

function keyOf<Field extends string>(row: InsertRow<Field | 'orderId'>, fields: KeyFields<Field>): string {
  return fields.map((field) => String(row[field])).join('\n');
}

function selectKey<Field extends string>(
  { columns }: InsertTarget<Field | 'orderId'>,
  fields: KeyFields<Field>,
): Prisma.Sql {
  return selectList(Object.fromEntries(fields.map((field) => [field, columns[field]])));
}

const orderOf = ({ orderId }: KeyedRow) => String(orderId);

function valuesInto({ table, columns }: InsertTarget<string>): string {
  return `${table} (${Object.values(columns).join(', ')}) VALUES `;
}

/** `(…)` of each row, made of its fields alone: no row of a table is made first, of which a batch would need thousands. */
function rowTexts<Field extends string>(
  { columns }: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): readonly string[] {
  const fields = Object.keys(columns) as Field[];
  return rows.map((row) => `(${fields.map((field) => sqlLiteral(row[field])).join(', ')})`);
}

/** `head (…), (…), … tail` */
function statement(head: string, rows: readonly string[], tail = ''): Prisma.Sql {
  return Prisma.raw(head + rows.join(', ') + tail);
}
