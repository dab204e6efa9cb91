import { Prisma } from '../generated/prisma/client';
import { type SqlValue } from './sql-literal';

/** Where each field of a row is stored: Prisma's name to the column's. The type makes it complete; a test, true. */
export type ColumnMapping<Row> = { readonly [Field in keyof Row]: string };

type RowOf<Field extends string> = { readonly [Name in Field]: SqlValue };

/** The columns under Prisma's names, so that raw SQL and the client return the same thing. */
export function selectList<Row>(columns: ColumnMapping<Row>): Prisma.Sql {
  return Prisma.raw(
    Object.entries<string>(columns)
      .map(([field, column]) => (field === column ? column : `${column} AS ${field}`))
      .join(', '),
  );
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
  return Prisma.join(fields.map((field) => Prisma.sql`${Prisma.raw(columns[field])} = ${row[field]}`));
}
