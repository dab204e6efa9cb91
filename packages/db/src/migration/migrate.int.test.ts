import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mariadb';
import { testServer } from '../../test/test-server';
import { type DatabaseAddress } from '../connection/database-address';
import { migrate } from './migrate';
import { type MigrationFile, readMigrations, shippedMigrations } from './migration-file';

let root: Connection;
let address: DatabaseAddress;

beforeEach(async () => {
  root = await createConnection({ ...testServer(), multipleStatements: true });
  address = { ...testServer(), database: `payment-test-${randomBytes(6).toString('hex')}` };
});

afterEach(async () => {
  await root.query(`DROP DATABASE IF EXISTS ${root.escapeId(address.database)}`);
  await root.end();
});

describe('migrate', () => {
  describe('when there is no database', () => {
    it('creates it, applies what is shipped and records it as Prisma does', async () => {
      const shipped = readMigrations(shippedMigrations);
      expect(await migrate(address)).toEqual(shipped.map(({ name }) => name));
      expect(await history()).toEqual(
        shipped.map(({ name, sql }) => ({
          migration_name: name,
          checksum: createHash('sha256').update(sql).digest('hex'),
          finished: 1,
          rolled_back_at: null,
          logs: null,
          applied_steps_count: 1,
        })),
      );
      expect(await migrate(address)).toEqual([]);
    });

    it('says what is missing when the user may not create it', async () => {
      await root.query(`CREATE OR REPLACE USER 'weak'@'%' IDENTIFIED BY 'weak'`);
      const weak = { ...address, user: 'weak', password: 'weak' };
      // The server does not tell a stranger whether the database exists.
      await expect(migrate(weak)).rejects.toThrow(/may not create it|Access denied/);
      await root.query(`DROP USER 'weak'@'%'`);
    });
  });

  describe('when several processes start at once', () => {
    it('applies each migration once', async () => {
      const applied = await Promise.all([1, 2, 3, 4, 5, 6].map(() => migrate(address, [creates('a'), creates('b')])));
      expect(applied.flat()).toEqual(['1_a', '1_b']);
    });
  });

  describe('when there is a new migration', () => {
    it('applies that alone, and leaves one that only a newer release knows', async () => {
      await migrate(address, [creates('a'), creates('z')]);
      expect(await migrate(address, [creates('a'), creates('b')])).toEqual(['1_b']);
    });
  });

  describe('when an applied file was edited', () => {
    it('changes nothing and names the file', async () => {
      await migrate(address, [creates('a')]);
      const edited = migration('1_a', 'CREATE TABLE a (id INT, more INT)');
      await expect(migrate(address, [edited, creates('b')])).rejects.toMatchObject({
        code: 'EDITED_MIGRATION',
        message: expect.stringContaining('prisma/migrations/1_a/migration.sql'),
      });
      expect(await history()).toHaveLength(1);
    });
  });

  describe('when a migration fails in the middle', () => {
    const broken = migration('1_b', 'CREATE TABLE b (id INT); CREATE TABLE a (id INT); CREATE TABLE c (id INT)');

    it('says why, and refuses to go on until a person has looked', async () => {
      await migrate(address, [creates('a')]);
      await expect(migrate(address, [creates('a'), broken])).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining("Table 'a' already exists"),
      });
      await expect(migrate(address, [creates('a'), broken, creates('d')])).rejects.toMatchObject({
        code: 'HALF_APPLIED_MIGRATION',
        message: expect.stringContaining('1_b'),
      });
      expect((await history())[1]).toMatchObject({ finished: 0, logs: "Table 'a' already exists" });
    });

    it('runs it again once it is marked as rolled back', async () => {
      await migrate(address, [creates('a')]);
      await expect(migrate(address, [creates('a'), broken])).rejects.toThrow();
      const name = root.escapeId(address.database);
      await root.query(`DROP TABLE ${name}.b; UPDATE ${name}._prisma_migrations SET rolled_back_at = NOW(3)
        WHERE migration_name = '1_b'`);
      const repaired = migration('1_b', 'CREATE TABLE b (id INT)');
      expect(await migrate(address, [creates('a'), repaired, creates('d')])).toEqual(['1_b', '1_d']);
    });
  });

  it('leaves it to the server where a statement ends', async () => {
    const tricky = migration(
      '1_t',
      "-- a comment; with ' and \"\nCREATE TABLE t (text VARCHAR(50) DEFAULT 'a;b''c\\\\' /* ; */); # ;\nINSERT INTO t () VALUES ();",
    );
    await migrate(address, [tricky]);
    expect(await root.query(`SELECT text FROM ${root.escapeId(address.database)}.t`)).toEqual([{ text: "a;b'c\\" }]);
  });
});

function creates(table: string): MigrationFile {
  return migration(`1_${table}`, `CREATE TABLE ${table} (id INT)`);
}

function migration(name: string, sql: string): MigrationFile {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function history(): Promise<unknown[]> {
  return root.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, rolled_back_at, logs, applied_steps_count
     FROM ${root.escapeId(address.database)}._prisma_migrations ORDER BY started_at, migration_name`,
  );
}
