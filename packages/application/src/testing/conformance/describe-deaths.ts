import { describe, expect, it } from '@jest/globals';
import { Interleaving, type WorldMaker } from '../interleaving/interleaving';
import { type InterleavingWorld } from '../interleaving/interleaving-world';
import { type PaymentWorker } from '../payment-worker';
import { expectAgreement } from './expect-agreement';

interface Scenario {
  readonly name: string;
  /** What has happened before. */
  readonly before: (living: PaymentWorker, world: InterleavingWorld) => Promise<unknown>;
  readonly act: (mortal: PaymentWorker, world: InterleavingWorld) => Promise<unknown>;
}

const MINUTE_MS = 60_000;
const placed: Scenario['before'] = (living, { order }) => living.place(order);
const paid: Scenario['before'] = async (living, { order, paymentKeys }) => {
  await living.place(order);
  await living.confirm(order, paymentKeys[0]);
};
const confirm: Scenario['act'] = (mortal, { order, paymentKeys }) => mortal.confirm(order, paymentKeys[0]);

const scenarios: readonly Scenario[] = [
  { name: 'placing an order', before: () => Promise.resolve(), act: (mortal, { order }) => mortal.place(order) },
  { name: 'a confirm', before: placed, act: confirm },
  ...(['answers-lost', 'requests-lost'] as const).flatMap((way): Scenario[] => [
    {
      name: `a confirm with ${way}`,
      before: async (living, world) => {
        await placed(living, world);
        world.setWay(way);
      },
      act: confirm,
    },
    {
      name: `a confirm that takes over from one with ${way}`,
      before: async (living, world) => {
        await placed(living, world);
        world.setWay(way);
        await confirm(living, world);
        world.setWay('good');
      },
      act: confirm,
    },
    {
      name: `a relay that settles an attempt with ${way}`,
      before: async (living, world) => {
        await placed(living, world);
        world.setWay(way);
        await confirm(living, world);
        world.setWay('good');
        await world.advance(MINUTE_MS);
      },
      act: (mortal) => mortal.relay(),
    },
    {
      name: `a cancel with ${way}`,
      before: async (living, world) => {
        await paid(living, world);
        world.setWay(way);
      },
      act: (mortal, { order }) => mortal.cancel(order, null, null),
    },
    {
      name: `a relay that settles a cancel with ${way}`,
      before: async (living, world) => {
        await paid(living, world);
        world.setWay(way);
        await living.cancel(world.order, 400n, null);
        world.setWay('good');
        await world.advance(MINUTE_MS);
      },
      act: (mortal) => mortal.relay(),
    },
  ]),
  { name: 'a cancel', before: paid, act: (mortal, { order }) => mortal.cancel(order, 400n, 'wish-1') },
  {
    name: 'a relay that gives back',
    before: async (living, world) => {
      await paid(living, world);
      await living.requestRefund(world.order, 300n, 'refund-1');
      await living.requestRefund(world.order, 100n, 'refund-2');
      await world.advance(MINUTE_MS);
    },
    act: (mortal) => mortal.relay(),
  },
  {
    name: 'the end of an order',
    before: paid,
    act: async (mortal, { order }) => {
      await mortal.cancelOrder(order, 'end-1');
      await mortal.relay();
    },
  },
];

/** A worker dies before and after each of its transactions and calls, one after the other, and others make it good. */
export function describeDeaths(newWorld: WorldMaker): void {
  describe('a death at any of its steps is made good', () => {
    it.each(scenarios)('$name', async ({ name, before, act }) => {
      let deaths = 0;
      for (let isDead = true; isDead; deaths++) {
        const interleaving = await Interleaving.begin(1, newWorld);
        const { world } = interleaving;
        try {
          await before(
            interleaving.workerWith(() => Promise.resolve()),
            world,
          );
          isDead = await diesAt(deaths, (turn) => act(interleaving.workerWith(turn), world));
          await world.quiet();
          await interleaving.heal();
          expectAgreement(world.order.amount.krw, await world.records());
        } catch (error) {
          process.stderr.write(`${name}: death at step ${deaths}\n`);
          throw error;
        } finally {
          await world.close();
        }
      }
      process.stdout.write(`${name}: ${deaths - 1} points to die at\n`);
      // Each transaction and each call has one before it and one after it.
      expect(deaths - 1).toBeGreaterThanOrEqual(2);
    });
  });
}

/** @returns false when it came to its end before it had so many steps. */
async function diesAt(step: number, act: (turn: () => Promise<void>) => Promise<unknown>): Promise<boolean> {
  let steps = 0;
  let die: (isDead: boolean) => void = () => undefined;
  const dead = new Promise<boolean>((resolve) => (die = resolve));
  const turn = (): Promise<void> => {
    if (steps++ < step) return Promise.resolve();
    die(true);
    // It never goes on.
    return new Promise(() => undefined);
  };
  return Promise.race([dead, act(turn).then(() => false)]);
}
