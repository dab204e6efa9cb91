import { type Connection } from 'mariadb';
import { dateTimeText } from './insert/sql-literal';

/**
 * How a connection, or a statement, is asked for rows whose dates {@link withDates} reads: by itself the driver takes a date for one in
 * the time zone of the process. Its `typeCast` could be told otherwise, and makes a dozen functions for each column of each
 * row: a sixth of the memory that a confirm uses.
 */
export const datesAsText = { dateStrings: true } as const;

/** As the driver returns them. */
export type TextRows<Row> = Row[] & { readonly meta: readonly { readonly type: string; name(): string }[] };

/** The same rows, each DATETIME and TIMESTAMP as a date, in UTC. */
export function withDates<Row>(rows: TextRows<Row>): Row[] {
  for (const column of rows.meta) {
    if (column.type !== 'DATETIME' && column.type !== 'TIMESTAMP') continue;
    const name = column.name();
    for (const row of rows as Record<string, unknown>[]) {
      const text = row[name] as string | null;
      if (text !== null) row[name] = dateOf(text);
    }
  }
  return rows;
}

/** A value as it is bound: a date as text in UTC, where the driver would write it in the time zone of the process. */
export function bound(value: unknown): unknown {
  return value instanceof Date ? dateTimeText(value) : value;
}

/**
 * A connection opened with {@link datesAsText}, whose queries take and return dates in UTC. The driver's own `timezone` is the session's
 * alone: in Seoul an audit would read the period of nine hours before.
 */
export function inUtc(connection: Connection): Connection {
  const query = connection.query.bind(connection);
  const utcQuery = async (sql: string, values?: unknown): Promise<unknown> => {
    const result: unknown = await query(sql, Array.isArray(values) ? values.map(bound) : values);
    return Array.isArray(result) ? withDates(result as TextRows<unknown>) : result;
  };
  Object.assign(connection, { query: utcQuery });
  return connection;
}

/** What `dateTimeText` says, also with the microseconds of JSON. Every connection of ours speaks UTC. */
export function dateOf(text: string): Date {
  return new Date(`${text.slice(0, 23).replace(' ', 'T')}Z`);
}
