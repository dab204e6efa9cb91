import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newPayment, writeCreation } from '../../test/examples';
import { testServer } from '../../test/test-server';
import { createDatabase, type Database } from '../create-database';
import { freshDatabase, type FreshDatabase } from '../testing';

let address: FreshDatabase;
let database: Database;

beforeAll(async () => {
  address = await freshDatabase(testServer());
  database = createDatabase({ ...address, connectionLimit: 4 });
});

afterAll(async () => {
  await database.close();
  await address.drop();
});

it('lets others have the rows of a transaction whose process is frozen, long before they give up waiting', async () => {
  const payment = newPayment();
  let thaw!: () => void;
  const frozen = new Promise<void>((resolve) => (thaw = resolve));
  let isHeld!: () => void;
  const held = new Promise<void>((resolve) => (isHeld = resolve));
  const first = database.unitOfWork.run(async (tx) => {
    await writeCreation(tx, payment);
    isHeld();
    await frozen;
  });
  const ending = expect(first).rejects.toThrow();
  await held;
  // Without the limit it would wait for 50 s, which is over the time of this test.
  await database.unitOfWork.run((tx) => writeCreation(tx, payment));
  thaw();
  await ending;
  expect(await database.reader.findByOrderId(payment.state.orderId)).toBeDefined();
}, 40_000);
