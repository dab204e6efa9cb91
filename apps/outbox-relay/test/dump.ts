import { type Connection } from 'mariadb';

/** Every table of a database, as a dump by SQL has them: how it is made, and its rows. */
export interface Dump {
  readonly tables: readonly { readonly name: string; readonly create: string; readonly rows: readonly unknown[][] }[];
}

/** @param sql reads dates as texts, or fractions of a second would be lost. */
export async function dump(sql: Connection): Promise<Dump> {
  const names = await sql.query<{ name: string }[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
  );
  const tables: Dump['tables'][number][] = [];
  for (const { name } of names) {
    const [made] = await sql.query<Record<string, string>[]>(`SHOW CREATE TABLE ${name}`);
    const columns = await columnsOf(sql, name);
    const rows = await sql.query<unknown[][]>({
      sql: `SELECT ${columns.join(', ')} FROM ${name} ORDER BY 1`,
      rowsAsArray: true,
    });
    tables.push({ name, create: made!['Create Table']!, rows });
  }
  return { tables };
}

/** Into an empty database. */
export async function restore(sql: Connection, { tables }: Dump): Promise<void> {
  await sql.query('SET foreign_key_checks = 0');
  for (const { name, create, rows } of tables) {
    await sql.query(create);
    const columns = await columnsOf(sql, name);
    const places = columns.map(() => '?').join(', ');
    if (rows.length > 0) await sql.batch(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places})`, [...rows]);
  }
  await sql.query('SET foreign_key_checks = 1');
}

/** Generated ones generate themselves. */
async function columnsOf(sql: Connection, table: string): Promise<readonly string[]> {
  const columns = await sql.query<{ name: string }[]>(
    `SELECT CONCAT('\`', column_name, '\`') AS name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  return columns.map(({ name }) => name);
}
