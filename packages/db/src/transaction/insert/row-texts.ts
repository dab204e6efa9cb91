import { Prisma } from '../../generated/prisma/client';
import { type ColumnMapping } from '../column-mapping';
import { sqlLiteral, type SqlValue } from './sql-literal';

/** Where rows are inserted, and where each of their fields is stored. All names come from our code. */
export interface InsertTarget<Field extends string> {
  readonly table: string;
  readonly columns: ColumnMapping<Record<Field, unknown>>;
}

export type InsertRow<Field extends string> = Readonly<Record<Field, SqlValue>>;

export function valuesInto({ table, columns }: InsertTarget<string>): string {
  return `${table} (${Object.values(columns).join(', ')}) VALUES `;
}

/** `(…)` of each row, made of its fields alone: no row of a table is made first, of which a batch would need thousands. */
export function rowTexts<Field extends string>(
  { columns }: InsertTarget<Field>,
  rows: readonly InsertRow<Field>[],
): readonly string[] {
  const fields = Object.keys(columns) as Field[];
  return rows.map((row) => `(${fields.map((field) => sqlLiteral(row[field])).join(', ')})`);
}

/** `head (…), (…), … tail`, joined at once: it is large, and joined to its head it would be copied. */
export function statement(head: string, rows: readonly string[], tail = ''): Prisma.Sql {
  const texts = [...rows];
  texts[0] = head + (texts[0] ?? '');
  texts.push((texts.pop() ?? '') + tail);
  return Prisma.raw(texts.join(', '));
}
