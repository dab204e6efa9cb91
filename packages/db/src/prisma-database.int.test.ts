import { describeDatabase } from '@koosco/payment-application/testing/conformance';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createConnection } from 'mariadb';
import { openConformingDatabase } from '../test/open-conforming-database';
import { testServer } from '../test/test-server';

describeDatabase('Prisma on MariaDB, READ COMMITTED', openConformingDatabase);

// Not what we run, but what a later change may choose: the locks and conditional writes hold there too.
describe.each(['OFF', 'ON'])('with innodb_snapshot_isolation=%s', (mode) => {
  const set = async (value: string): Promise<void> => {
    const connection = await createConnection(testServer());
    await connection.query(`SET GLOBAL innodb_snapshot_isolation = ${value}`);
    await connection.end();
  };
  beforeAll(() => set(mode));
  afterAll(() => set('DEFAULT'));

  describeDatabase('Prisma on MariaDB, REPEATABLE READ', () =>
    openConformingDatabase({ isolationLevel: 'REPEATABLE READ' }),
  );
});
