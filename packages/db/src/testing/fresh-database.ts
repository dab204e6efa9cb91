import { randomBytes } from 'node:crypto';
import { createConnection } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { migrate } from '../migration/migrate';

export interface FreshDatabase extends DatabaseAddress {
  drop(): Promise<void>;
}

/** A migrated database of its own, for one test file. The account must be allowed to create and drop databases. */
export async function freshDatabase(server: Omit<DatabaseAddress, 'database'>): Promise<FreshDatabase> {
  const { host, port, user, password } = server;
  const address = { host, port, user, password, database: `payment-test-${randomBytes(6).toString('hex')}` };
  await migrate(address);
  return {
    ...address,
    async drop() {
      const connection = await createConnection(address);
      await connection.query(`DROP DATABASE ${connection.escapeId(address.database)}`);
      await connection.end();
    },
  };
}
