import { Prisma } from '../generated/prisma/client';
import { type SqlValue } from './insert/sql-literal';

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

/**
 * `column = value, …` of all fields but those that never change: a column that is added is written with every change, unless
 * somebody says otherwise. The text is the same for every row, and made once.
 */
export function assignmentsExcept<Field extends string>(
  columns: ColumnMapping<Record<Field, unknown>>,
  fixed: readonly Field[],
): (row: RowOf<Field>) => Prisma.Sql {
  const fields = (Object.keys(columns) as Field[]).filter((field) => !fixed.includes(field));
  const texts = [...fields.map((field, index) => `${index === 0 ? '' : ', '}${columns[field]} = `), ''];
  return (row) => {
    const values = fields.map((field) => row[field]);
    return new Prisma.Sql(texts, values);
  };
}
