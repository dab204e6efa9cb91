/** What a column can be given. */
export type SqlValue = string | number | bigint | boolean | Date | null;

/**
 * The value as it stands in a statement. For the rows of multi-row inserts alone, where binding hundreds of values costs
 * more than all else that is done for them; everything else is bound.
 *
 * Safe on our own connections only: `sessionSettings` leaves a backslash its meaning, the character set is UTF-8, in which
 * no byte of a longer character looks like a quote.
 */
export function sqlLiteral(value: SqlValue): string {
  if (typeof value === 'string')
    return SPECIAL.test(value) ? `'${value.replace(EACH_SPECIAL, escaped)}'` : `'${value}'`;
  if (value === null) return 'NULL';
  return value instanceof Date ? `'${dateTimeText(value)}'` : value.toString();
}

/** The value as the text that a bulk statement is given for it, which the server reads as it would read the literal. */
export function bulkText(value: SqlValue): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value instanceof Date ? dateTimeText(value) : value.toString();
}

/** As a DATETIME(3) in UTC: the driver would write it in the time zone of the process, or ask the server for its own. */
export function dateTimeText(date: Date): string {
  const ms = date.getTime();
  // The rows of a batch are of the same moment.
  if (ms !== last.ms) last = { ms, text: date.toISOString().slice(0, 23).replace('T', ' ') };
  return last.text;
}

let last = { ms: NaN, text: '' };

const SPECIAL = /['\\\0]/;
const EACH_SPECIAL = /['\\\0]/g;

function escaped(character: string): string {
  return character === '\0' ? '\\0' : `\\${character}`;
}
