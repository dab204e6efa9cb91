import { expect, it } from '@jest/globals';
import { expectAgreement } from './testing/conformance/expect-agreement';
import { Interleaving, type Process } from './testing/interleaving';

interface Scenario {
  readonly name: string;
  /** What has happened before. */
  readonly before: (living: Process, world: Interleaving) => Promise<unknown>;
  readonly act: (mortal: Process) => Promise<unknown>;
}

const lost = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
const placed = (living: Process) => living.place();
const paid = async (living: Process) => {
  await living.place();
  await living.confirm('key-1');
};
const MINUTE_MS = 60_000;

const scenarios: readonly Scenario[] = [
  { name: 'placing an order', before: () => Promise.resolve(), act: (mortal) => mortal.place() },
  { name: 'a confirm', before: placed, act: (mortal) => mortal.confirm('key-1') },
  {
    name: 'a confirm whose answer is lost',
    before: async (living, world) => {
      await living.place();
      world.gateway.script('key-1', { answer: lost, charges: true });
    },
    act: (mortal) => mortal.confirm('key-1'),
  },
  {
    name: 'a confirm that takes over',
    before: async (living, world) => {
      await living.place();
      world.gateway.script('key-1', { answer: lost, charges: true });
      await living.confirm('key-1');
    },
    act: (mortal) => mortal.confirm('key-1'),
  },
  {
    name: 'a relay that settles an attempt',
    before: async (living, world) => {
      await living.place();
      world.gateway.script('key-1', { answer: lost, charges: false });
      await living.confirm('key-1');
      await world.clock.advance(MINUTE_MS);
    },
    act: (mortal) => mortal.relay(),
  },
  { name: 'a cancel', before: paid, act: (mortal) => mortal.cancel(400n, 'wish-1') },
  {
    name: 'a cancel whose answer is lost',
    before: async (living, world) => {
      await paid(living);
      world.refundGateway.script({ answer: lost, refunds: true });
    },
    act: (mortal) => mortal.cancel(null, null),
  },
  {
    name: 'a relay that gives back',
    before: async (living) => {
      await paid(living);
      await living.requestRefund(300n, 'refund-1');
      await living.requestRefund(100n, 'refund-2');
    },
    act: (mortal) => mortal.relay(),
  },
  {
    name: 'the end of an order',
    before: paid,
    act: async (mortal) => {
      await mortal.cancelOrder('end-1');
      await mortal.relay();
    },
  },
];

it.each(scenarios)('$name: a death at any of its steps is made good', async ({ name, before, act }) => {
  let deaths = 0;
  for (; ; deaths++) {
    const world = new Interleaving(1);
    await before(
      world.processWith(() => Promise.resolve()),
      world,
    );
    const isDead = await diesAt(deaths, (turn) => act(world.processWith(turn)));
    await world.heal();
    expectAgreement(world);
    if (!isDead) break;
  }
  process.stdout.write(`${name}: ${deaths} points to die at\n`);
  // Each transaction and each call has one before it and one after it.
  expect(deaths).toBeGreaterThanOrEqual(2);
});

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
