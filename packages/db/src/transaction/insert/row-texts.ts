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

/**
 * `(…)` of each row, made of its fields alone: no row of a table is made first, of which a batch would need thousands. What
 * all rows have in common, which is most of it, is put into words once.
 */
export function rowTexts<Field extends string>(
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
export function statement(head: string, rows: readonly string[], tail = ''): Prisma.Sql {
  const texts = [...rows];
  texts[0] = head + (texts[0] ?? '');
  texts.push((texts.pop() ?? '') + tail);
  return Prisma.raw(texts.join(', '));
}
