import { type DatabaseAddress } from '../src/connection/database-address';

export type TestServer = Omit<DatabaseAddress, 'database'>;

/** How jest's set-up tells the test files, which run in other processes, where the server is. */
export const serverVariable = 'PAYMENT_DB_TEST_SERVER';

/** What jest's set-up leaves for its tear-down, in one process. */
export type RunningStack = typeof globalThis & { stopMariadb?: () => Promise<void> };

/** The server that this run started; the account may do anything on it. */
export function testServer(): TestServer {
  const server = process.env[serverVariable];
  if (server === undefined) throw new Error(`${serverVariable} is not set: run the tests through jest`);
  return JSON.parse(server) as TestServer;
}
