import { type BulkRow, type TransactionSql } from '../transaction-sql';
import { type InsertRow, type InsertTarget, rowTexts, statement, valuesInto } from './row-texts';
import { bulkText } from './sql-literal';
import { statementChunks } from './statement-chunks';

/** Inserts all rows or throws: nothing is skipped or cut. */
export async function insertAll<Field extends string>(
  sql: TransactionSql,
  target: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): Promise<void> {
  await Promise.all(insertStatements('INSERT', target, rows).map(({ send }) => send(sql)));
}

/** Below it a statement with its rows is prepared and carried out sooner than their values are sent apart from it. */
const BULK_ROWS_MIN = 20;

export interface InsertStatement {
  /** How many it has. */
  readonly rows: number;
  /** @returns how many it stored. */
  readonly send: (sql: TransactionSql) => Promise<number>;
}

/** As many statements as the size of the rows asks for, in their order. */
export function insertStatements<Field extends string>(
  verb: 'INSERT' | 'INSERT IGNORE',
  target: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): readonly InsertStatement[] {
  const insert = `${verb} INTO ${valuesInto(target)}`;
  if (rows.length < BULK_ROWS_MIN) {
    const chunks = statementChunks(rowTexts(target, rows), (text) => text.length);
    return chunks.map((chunk) => ({ rows: chunk.length, send: (sql) => sql.write(statement(insert, chunk)) }));
  }
  const places = `${insert}(${Object.keys(target.columns)
    .map(() => '?')
    .join(', ')})`;
  const chunks = statementChunks(bulkRows(target, rows), charactersOf);
  return chunks.map((chunk) => ({ rows: chunk.length, send: (sql) => sql.writeRows(places, chunk) }));
}

function bulkRows<Field extends string>(
  { columns }: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): readonly BulkRow[] {
  const fields = Object.keys(columns) as Field[];
  const isBigint = fields.map((field) => typeof rows[0]?.[field] === 'bigint');
  return rows.map((row) =>
    fields.map((field, index) => {
      const value = row[field];
      return typeof value === 'bigint' && isBigint[index] === true ? value : bulkText(value);
    }),
  );
}

function charactersOf(row: BulkRow): number {
  let characters = 0;
  for (const value of row) characters += typeof value === 'string' ? value.length : 8;
  return characters;
}
