import { Prisma } from '../generated/prisma/client';
import { type InsertRow } from './multi-row-insert';
import { type SqlValue } from './statement-chunks';

/** Where each field of a row is stored: Prisma's name to the column's. The type makes it complete; a test, true. */
export type ColumnMapping<Row> = { readonly [Field in keyof Row]: string };

type RowValue = SqlValue | boolean;
type RowOf<Field extends string> = { readonly [Name in Field]: RowValue };

/** The columns under Prisma's names, so that raw SQL and the client return the same thing. */
export function selectList<Row>(columns: ColumnMapping<Row>): Prisma.Sql {
  return Prisma.raw(
    Object.entries<string>(columns)
      .map(([field, column]) => (field === column ? column : `${column} AS ${field}`))
      .join(', '),
  );
}

/** The row under the names of its columns. */
export function insertRowOf<Field extends string>(
  columns: ColumnMapping<Record<Field, unknown>>,
  row: RowOf<Field>,
): InsertRow {
  const insert: Record<string, SqlValue> = {};
  for (const field in columns) insert[columns[field]] = storedValue(row[field]);
  return insert;
}

/** All but those that never change: a column that is added is written with every change, unless somebody says otherwise. */
export function fieldsExcept<Field extends string>(
  columns: ColumnMapping<Record<Field, unknown>>,
  fixed: readonly Field[],
): readonly Field[] {
  return (Object.keys(columns) as Field[]).filter((field) => !fixed.includes(field));
}

/** `column = value, …` of these fields. */
export function assignmentsOf<Field extends string>(
  columns: ColumnMapping<Record<Field, unknown>>,
  row: RowOf<Field>,
  fields: readonly Field[],
): Prisma.Sql {
  return Prisma.join(fields.map((field) => Prisma.sql`${Prisma.raw(columns[field])} = ${storedValue(row[field])}`));
}

function storedValue(value: RowValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
