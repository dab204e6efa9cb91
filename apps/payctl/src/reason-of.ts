/** MariaDB: the text of error 1142. */
const DENIED = /(\w+) command denied to user .* for table (?:`[^`]*`\.)?[`'](\w+)[`']/;

/** The driver puts the address and the statement into its message; its code says enough, but for a right that is missing. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const [, verb, table] = DENIED.exec(message ?? '') ?? [];
  if (verb !== undefined && table !== undefined) return `the database account has no ${verb} on ${table}`;
  return code ?? message ?? String(error);
}
