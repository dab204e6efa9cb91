/** Above about 500 rows a statement no longer gets cheaper per row. */
const ROWS_MAX = 500;

/**
 * A character takes at most 3 bytes in UTF-8, so this stays below 1.6 MB: a tenth of the `max_allowed_packet` that MariaDB
 * has by default.
 */
const CHARACTERS_MAX = 512 * 1024;

/** Cuts rows into groups that each fit into one multi-row statement, in order. A larger row goes alone. */
export function statementChunks<Row>(
  rows: readonly Row[],
  charactersOf: (row: Row) => number,
): readonly (readonly Row[])[] {
  const chunks: Row[][] = [];
  let chunk: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    const more = charactersOf(row);
    if (chunk.length > 0 && (chunk.length === ROWS_MAX || characters + more > CHARACTERS_MAX)) {
      chunks.push(chunk);
      chunk = [];
      characters = 0;
    }
    chunk.push(row);
    characters += more;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
