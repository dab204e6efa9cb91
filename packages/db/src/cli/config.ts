import { z } from 'zod';
import { type DatabaseAddress } from '../connection/database-address';
import { databaseOptionsOf, databaseVariables } from '../connection/database-variables';

/** @throws an Error that lists every variable that is missing or malformed. */
export function readDatabaseAddress(env: Readonly<Record<string, string | undefined>> = process.env): DatabaseAddress {
  const parsed = z.object(databaseVariables).safeParse(env);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { host, port, database, user, password } = databaseOptionsOf(parsed.data);
  return { host, port, database, user, password };
}
