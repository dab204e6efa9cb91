/** MariaDB: the text of error 1142. */
const DENIED = /(\w+) command denied to user .* for table (?:`[^`]*`\.)?[`'](\w+)[`']/;

/** What a code of the server means for whoever typed a name and a password. */
const WORDS: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'the server lets nobody in under this name and password (ER_ACCESS_DENIED_ERROR)',
  ER_DBACCESS_DENIED_ERROR: 'the account may not use this database (ER_DBACCESS_DENIED_ERROR)',
  ER_BAD_DB_ERROR: 'the server has no such database (ER_BAD_DB_ERROR)',
  ER_NO_SUCH_TABLE: 'the database has not the tables of this version (ER_NO_SUCH_TABLE)',
  ER_BAD_FIELD_ERROR: 'the database has not the tables of this version (ER_BAD_FIELD_ERROR)',
};

/** The driver puts the address and the statement into its message; its code says enough, but for a right that is missing. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const [, verb, table] = DENIED.exec(message ?? '') ?? [];
  if (verb !== undefined && table !== undefined) return `the database account has no ${verb} on ${table}`;
  return WORDS[code ?? ''] ?? code ?? message ?? String(error);
}
