/** What a column can be given. */
export type SqlValue = string | number | bigint | Date | null;

/** Above about 500 rows a statement no longer gets cheaper per row. */
const ROWS_MAX = 500;

/**
 * A character takes at most 3 bytes in UTF-8 and twice that when every one must be escaped, so this stays below 1.6 MB:
 * a tenth of the `max_allowed_packet` that MariaDB has by default.
 */
const CHARACTERS_MAX = 256 * 1024;

/** Cuts rows into groups that each fit into one multi-row statement, in order. */
export function statementChunks<Row extends Readonly<Record<string, SqlValue>>>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const chunks: Row[][] = [];
  let chunk: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    const length = textLength(row);
    if (chunk.length > 0 && (chunk.length === ROWS_MAX || characters + length > CHARACTERS_MAX)) {
      chunks.push(chunk);
      chunk = [];
      characters = 0;
    }
    chunk.push(row);
    characters += length;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

function textLength(row: Readonly<Record<string, SqlValue>>): number {
  // A number, a date and their punctuation take 25 characters at most.
  return Object.values(row).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 25), 0);
}
