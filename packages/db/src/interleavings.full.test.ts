import { type SeededSchedule } from '@koosco/payment-application/testing';
import { describeDeaths, describeInterleavings } from '@koosco/payment-application/testing/conformance';
import { afterAll, beforeAll } from '@jest/globals';
import { createConnection } from 'mariadb';
import { createDatabaseInTime } from '../test/database-in-time';
import { testServer } from '../test/test-server';
import { type Ground, RealWorld } from '../test/worlds/real-world';
import { freshDatabase, type FreshDatabase } from './testing';

let address: FreshDatabase;
let ground: Ground;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  const database = createDatabaseInTime({ ...address, connectionLimit: 8 }, () => ground.now());
  const observer = await createConnection({ ...address, multipleStatements: true });
  ground = { now: () => new Date(), database, observer };
});

afterAll(async () => {
  await ground.observer.end();
  await ground.database.close();
  await address.drop();
});

const newWorld = (schedule: SeededSchedule) => RealWorld.make(ground, schedule);

describeDeaths(newWorld);

/** `INTERLEAVINGS=10000` runs another number of them, `INTERLEAVING_SEED=…` one again. */
describeInterleavings(newWorld, {
  count: Number(process.env['INTERLEAVINGS'] ?? 1_000),
  seed: process.env['INTERLEAVING_SEED'],
  timeoutMs: 900_000,
});
