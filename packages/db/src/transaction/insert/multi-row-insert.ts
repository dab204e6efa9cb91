import { Prisma } from '../../generated/prisma/client';
import { type ColumnMapping } from '../column-mapping';
import { sqlLiteral, type SqlValue } from './sql-literal';
import { statementChunks } from './statement-chunks';
import { type TransactionSql } from '../transaction-sql';

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
    const [returned, [told]] = await Promise.all([
      sql.read<StoredKey>(statement(insert, chunk, returning)),
      sql.read<{ warnings: bigint }>(Prisma.sql`SELECT @@warning_count AS warnings`),
    ]);
    if (told?.warnings !== BigInt(chunk.length - returned.length)) {
      throw new Error(`${target.table} stored something else than it was given: ${String(told?.warnings)} warnings`);
    }
    for (const { rowKey } of returned) {
      if (!firstOf.has(rowKey)) throw new Error(`${target.table} stored another key than it was given`);
      stored.add(rowKey);
    }
  };
  const inLockOrder = [...firstOf.values()].sort(byLockOrder);
  await Promise.all(statementChunks(rowTexts(target, inLockOrder)).map(insertChunk));
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
    if (!there.has(key)) {
      throw new Error(`${target.table} refused a row of order ${String(orderId)} that is not a duplicate`);
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

function valuesInto({ table, columns }: InsertTarget<string>): string {
  return `${table} (${Object.values(columns).join(', ')}) VALUES `;
}

/**
 * `(…)` of each row, made of its fields alone: no row of a table is made first, of which a batch would need thousands. What
 * all rows have in common, which is most of it, is put into words once.
 */
function rowTexts<Field extends string>(
  { columns }: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const varying: { readonly before: string; readonly field: Field }[] = [];
  let words: string[] = [];
  (Object.keys(columns) as Field[]).forEach((field, index) => {
    words.push(index === 0 ? '(' : ', ');
    if (rows.every((row) => row[field] === first[field])) {
      words.push(sqlLiteral(first[field]));
    } else {
      varying.push({ before: words.join(''), field });
      words = [];
    }
  });
  const end = `${words.join('')})`;
  return rows.map((row) => {
    let text = '';
    for (const { before, field } of varying) text += before + sqlLiteral(row[field]);
    return text + end;
  });
}

/** `head (…), (…), … tail`, joined at once: it is large, and joined to its head it would be copied. */
function statement(head: string, rows: readonly string[], tail = ''): Prisma.Sql {
  const texts = [...rows];
  texts[0] = head + (texts[0] ?? '');
  texts.push((texts.pop() ?? '') + tail);
  return Prisma.raw(texts.join(', '));
}
