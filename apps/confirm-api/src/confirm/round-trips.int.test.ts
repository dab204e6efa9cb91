import { countRoundTrips, type RoundTripCounter } from '@koosco/payment-db/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Order, PaymentWorld } from '../../test/payment-world';

/** What a confirm costs in waiting for others, counted at the wire: no machine is too slow or too busy for that. */
describe('a confirm waits', () => {
  let world: PaymentWorld;
  let database: RoundTripCounter;
  let toss: RoundTripCounter;
  let api: string;
  beforeAll(async () => {
    world = await PaymentWorld.start();
    database = await countRoundTrips(world.address);
    toss = await countRoundTrips({ host: '127.0.0.1', port: world.sandbox.port });
    api = await world.startApi({
      DB_HOST: database.host,
      DB_PORT: String(database.port),
      // No connection is opened, and set up, later than by the first confirm.
      DB_CONNECTION_LIMIT: '1',
      TOSS_BASE_URL: `http://${toss.host}:${toss.port}`,
    });
    await confirmed(await world.order());
  });
  afterAll(async () => {
    await world.stop();
    await database.close();
    await toss.close();
  });

  async function confirmed(order: Order, paymentKey?: string): Promise<string> {
    const key = paymentKey ?? (await world.authenticate(order));
    database.take();
    toss.take();
    expect(await world.confirm(api, order, { paymentKey: key })).toMatchObject({ status: 200 });
    return key;
  }

  it('3 times for the database before it calls Toss, once for Toss, and 3 times after it', async () => {
    const order = await world.order();
    await confirmed(order);
    expect({ database: database.take(), toss: toss.take() }).toEqual({ database: 6, toss: 1 });
  });

  it('twice for the database, and not for Toss, when the payment is approved already', async () => {
    const order = await world.order();
    const paymentKey = await confirmed(order);
    await confirmed(order, paymentKey);
    expect({ database: database.take(), toss: toss.take() }).toEqual({ database: 2, toss: 0 });
  });
});
