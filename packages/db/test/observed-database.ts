import { afterAll, beforeAll } from '@jest/globals';
import { type Connection, createConnection } from 'mariadb';
import { createDatabase, type Database } from '../src/create-database';
import { freshDatabase, type FreshDatabase } from '../src/testing';
import { datesAsText, inUtc } from '../src/transaction/dates-of-rows';
import { testServer } from './test-server';

interface ObservedDatabase {
  readonly address: FreshDatabase;
  readonly database: Database;
  /** Looks at it, and changes it, beside everything of ours; times are UTC. */
  readonly observer: Connection;
}

/**
 * A database for the tests of one file, made before them and dropped after them. What it returns has it from then on: to be asked
 * within tests.
 */
export function observedDatabase(connectionLimit: number): ObservedDatabase {
  const opened: { it?: ObservedDatabase } = {};
  const it = (): ObservedDatabase => {
    if (opened.it === undefined) throw new Error('there is a database within tests only');
    return opened.it;
  };
  beforeAll(async () => {
    const address = await freshDatabase(testServer());
    const observer = inUtc(await createConnection({ ...address, ...datesAsText }));
    opened.it = { address, database: createDatabase({ ...address, connectionLimit }), observer };
  });
  afterAll(async () => {
    await it().observer.end();
    await it().database.close();
    await it().address.drop();
  });
  return {
    get address() {
      return it().address;
    },
    get database() {
      return it().database;
    },
    get observer() {
      return it().observer;
    },
  };
}
