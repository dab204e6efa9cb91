import { z } from 'zod';

/** The specification's variables of the database, for the configuration of a worker. */
export const databaseVariables = {
  DB_HOST: z.string().default('localhost'),
  DB_PORT: z.coerce.number().int().min(1).max(65_535).default(3306),
  DB_NAME: z.string().default('commerce-payment'),
  DB_USERNAME: z.string(),
  DB_PASSWORD: z.string(),
  /** Connections at most, of one worker. */
  DB_CONNECTION_LIMIT: z.coerce.number().int().min(1).max(500).default(16),
};

/** The specification's account of a development database. */
export const databaseDefaults = { DB_USERNAME: 'admin', DB_PASSWORD: 'admin1234' };

/** {@link databaseVariables}, parsed, as `createDatabase` takes them. */
export function databaseOptionsOf(variables: z.infer<z.ZodObject<typeof databaseVariables>>): {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  connectionLimit: number;
} {
  return {
    host: variables.DB_HOST,
    port: variables.DB_PORT,
    database: variables.DB_NAME,
    user: variables.DB_USERNAME,
    password: variables.DB_PASSWORD,
    connectionLimit: variables.DB_CONNECTION_LIMIT,
  };
}
