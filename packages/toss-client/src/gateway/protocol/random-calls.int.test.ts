import { type RefundRequest } from '@koosco/payment-application';
import { Money } from '@koosco/payment-domain';
import { type ScriptedOutcome, switchCatalogue, type SwitchName } from '@koosco/toss-sandbox';
import { describe, expect, it } from '@jest/globals';

import { type AuthenticatedRequest, noMoney, realClock, SandboxWorld, soleOwner } from '../../testing/sandbox-world';
import { SeededRandom } from '../../testing/seeded-random';
import { TossPaymentGateway } from '../charge/toss-payment-gateway';
import { TossRefundGateway } from '../refund/toss-refund-gateway';

/**
 * One integer decides faults, outcomes, amounts and switches. Which of two racing calls comes first, it does not. The same
 * one at every change, so that a failure is the change's; `TOSS_SEED=…` plays another, with `TOSS_CHARGES=…` for longer.
 */
const seed = Number(process.env['TOSS_SEED'] ?? 20_261_123);
/** Each comes to two to four calls over HTTP, with its resends, look-ups and refunds. */
const CHARGES = Number(process.env['TOSS_CHARGES'] ?? 4_000);
const CALLS_MIN = (10_000 / 4_000) * CHARGES;
/** Each has switches of its own. Where they make for few calls, more worlds follow, up to twice as many. */
const WORLDS = 4;
const SIDE_BY_SIDE = 48;
const MINUTE_MS = 60_000;

/** Shorter than the slowest fault, so that some calls end while Toss is still at work. */
const CLIENT_DEADLINE_MS = 400;
const SLOW_MS = 600;

const openSwitches: SwitchName[] = [
  'replayOf5xx',
  'replayOf401',
  'replayOf429',
  'rateLimitAnswer',
  'concurrentConfirm',
  'concurrentCancel',
  'confirmFailureAborts',
  'abortedReconfirm',
  'lookupOfUnapproved',
  'unknownFields',
  'easyPayCard',
  'unauthorizedData',
];

describe(`random calls with faults, TOSS_SEED=${seed}`, () => {
  it('end in a last word that the ledger agrees with, and what is unknown is cleared up by asking', async () => {
    const random = new SeededRandom(seed);
    const words: Record<string, number> = { 'HTTP calls': 0 };
    for (let world = 0; world < WORLDS || (calls(words) <= CALLS_MIN && world < 2 * WORLDS); world += 1) {
      await playWorld(random, CHARGES / WORLDS, words);
    }
    process.stdout.write(`TOSS_SEED=${seed} ${JSON.stringify(words)}\n`);
    for (const word of [
      'approved',
      'declined',
      'refused',
      'not-charged',
      'awaiting-deposit',
      'first unknown',
      'refund refunded',
    ]) {
      expect(`${word}: ${words[word] ?? 0}`).not.toBe(`${word}: 0`);
    }
    expect(calls(words)).toBeGreaterThan(CALLS_MIN);
  }, 300_000);
});

function calls(words: Record<string, number>): number {
  return words['HTTP calls'] ?? 0;
}

async function playWorld(random: SeededRandom, charges: number, words: Record<string, number>): Promise<void> {
  const switches = Object.fromEntries(openSwitches.map((name) => [name, random.pick(switchCatalogue[name].positions)]));
  const world = await SandboxWorld.start(
    { seed: random.below(2 ** 31), switches },
    {
      totalDeadlineMs: CLIENT_DEADLINE_MS,
      breakerFailures: 1_000_000,
      onCall: () => (words['HTTP calls'] = (words['HTTP calls'] ?? 0) + 1),
    },
  );
  try {
    await addFaults(world);
    const plans = Array.from({ length: charges }, () => planOf(random));
    const stories = await sideBySide(plans, (plan) => play(world, plan));
    await clearUp(world, stories);
    judge(world, stories, words);
  } finally {
    await world.close();
  }
}

interface Plan {
  readonly amount: bigint;
  readonly virtualAccount: boolean;
  readonly outcome: ScriptedOutcome | undefined;
  /** Parts of the charge to give back, one after the other. */
  readonly refunds: readonly bigint[];
}

interface Story {
  readonly request: AuthenticatedRequest;
  word: string;
  readonly firstWord: string;
  readonly refunds: { request: RefundRequest; word: string }[];
}

function planOf(random: SeededRandom): Plan {
  const amount = BigInt(1_000 + random.below(100_000));
  const decline = random.below(100) < 10;
  const refunds: bigint[] = [];
  if (random.below(100) < 25) {
    const first = random.below(3) === 0 ? amount : 1n + BigInt(random.below(Number(amount - 1n)));
    refunds.push(first);
    if (first < amount && random.below(2) === 0) refunds.push(amount - first);
  }
  return {
    amount,
    virtualAccount: random.below(100) < 4,
    outcome: decline ? { declineCode: random.pick(['REJECT_CARD_COMPANY', 'NOT_AVAILABLE_BANK']) } : undefined,
    refunds,
  };
}

async function addFaults({ sandbox: { control } }: SandboxWorld): Promise<void> {
  for (const route of ['confirm', 'cancel', 'get-payment'] as const) {
    const less = route === 'get-payment' ? 0.5 : 1;
    await control.addFault({ route, probability: 0.06 * less, fault: { kind: 'lose-request' } });
    await control.addFault({ route, probability: 0.08 * less, fault: { kind: 'drop-response' } });
    await control.addFault({ route, probability: 0.05 * less, fault: { kind: 'cut-body' } });
    await control.addFault({ route, probability: 0.02 * less, fault: { kind: 'too-many-requests' } });
    await control.addFault({ route, probability: 0.02 * less, fault: { kind: 'server-error', html: true } });
    await control.addFault({ route, probability: 0.03 * less, fault: { kind: 'server-error', processed: true } });
    await control.addFault({ route, probability: 0.01 * less, fault: { kind: 'delay', delayMs: 20 } });
  }
  for (const route of ['confirm', 'cancel'] as const) {
    await control.addFault({ route, probability: 0.01, fault: { kind: 'delay', delayMs: SLOW_MS, stage: 'during' } });
    for (const [code, probability, effect] of [
      ['PROVIDER_ERROR', 0.06, 'natural'],
      ['PROVIDER_ERROR', 0.02, 'processed'],
      ['FAILED_INTERNAL_SYSTEM_PROCESSING', 0.04, 'natural'],
      ['FAILED_INTERNAL_SYSTEM_PROCESSING', 0.03, 'processed'],
      ['UNAUTHORIZED_KEY', 0.01, 'none'],
      ['COMMON_ERROR', 0.02, 'processed'],
      ['INVALID_REQUEST', 0.01, 'none'],
    ] as const) {
      await control.forceCode({ operation: route, code, probability, effect });
    }
  }
  await control.forceCode({ operation: 'lookup', code: 'FORBIDDEN_CONSECUTIVE_REQUEST', probability: 0.05 });
}

function gatewaysOf(
  world: SandboxWorld,
  client = world.client,
): { payments: TossPaymentGateway; refunds: TossRefundGateway } {
  const options = { rules: { settleMs: 5, retryDelayMs: 2, retryDelayMsMax: 4 } };
  return {
    payments: new TossPaymentGateway(client, realClock, options),
    refunds: new TossRefundGateway(client, realClock, options),
  };
}

async function play(world: SandboxWorld, plan: Plan): Promise<Story> {
  const { payments, refunds } = gatewaysOf(world);
  const request = await world.authenticate({
    amount: plan.amount,
    method: plan.virtualAccount ? 'VIRTUAL_ACCOUNT' : 'CARD',
    ...(plan.outcome !== undefined && { outcome: plan.outcome }),
  });
  const { kind } = await payments.approve(request, soleOwner());
  const story: Story = { request, word: kind, firstWord: kind, refunds: [] };
  if (kind !== 'approved') return story;

  let remaining = plan.amount;
  const known: string[] = [];
  for (const [index, amount] of plan.refunds.entries()) {
    const refund: RefundRequest = {
      ...request,
      amount: Money.krw(amount),
      remainingBefore: Money.krw(remaining),
      knownRefunds: [...known],
      reason: '변심',
      idempotencyKey: `refund-${index}-${request.idempotencyKey}`,
    };
    const outcome = await refunds.refund(refund, soleOwner());
    story.refunds.push({ request: refund, word: outcome.kind });
    if (outcome.kind !== 'refunded') break;
    remaining -= amount;
    known.push(outcome.pgTransactionId);
  }
  return story;
}

/** What a relay does: it asks, finishes what is still open, and asks again, while some calls still fail. */
async function clearUp(world: SandboxWorld, stories: readonly Story[]): Promise<void> {
  const { payments } = gatewaysOf(world);
  await sideBySide(stories, async (story) => {
    for (let round = 0; round < 3 && story.word === 'unknown'; round += 1) {
      // As the owner after one that was killed: it knows no more than that something was sent.
      const past = payments.firstSend(new Date());
      story.word = (await payments.approve(story.request, soleOwner(past))).kind;
    }
  });
  // Then Toss is well again, the slowest requests have ended, and what was never charged expires.
  await world.sandbox.control.removeFault();
  await world.sandbox.control.removeForcedCode();
  while ((await requestsUnderWay(world)) > 0) await realClock.sleep(20);
  await world.sandbox.control.advanceClock(16 * MINUTE_MS);
  const mayArriveUntil = new Date(Date.now() - MINUTE_MS);
  // One look each, with time to spare: the short deadline is for faults, and a busy machine, too, can outlast it.
  const patient = world.connect();
  const last = gatewaysOf(world, patient);
  try {
    await sideBySide(stories, async (story) => {
      if (story.word === 'unknown')
        story.word = (await last.payments.lookUp({ ...story.request, mayArriveUntil })).kind;
      for (const refund of story.refunds) {
        if (refund.word === 'unknown') refund.word = (await last.refunds.lookUpRefund(refund.request)).kind;
      }
    });
  } finally {
    patient.close();
  }
}

async function requestsUnderWay({ sandbox: { url } }: SandboxWorld): Promise<number> {
  const text = await (await fetch(`${url}/__sim/metrics`)).text();
  const counts = [...text.matchAll(/^toss_sandbox_requests_under_way\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function judge(world: SandboxWorld, stories: readonly Story[], words: Record<string, number>): void {
  const moneyOf = world.moneyByPayment();
  const count = (word: string) => (words[word] = (words[word] ?? 0) + 1);
  const wrong: unknown[] = [];
  for (const { request, word, firstWord, refunds } of stories) {
    const money = moneyOf.get(request.paymentKey) ?? noMoney;
    const amount = Number(request.amount.krw);
    const given = refunds
      .filter((refund) => refund.word === 'refunded')
      .map((refund) => Number(refund.request.amount.krw));
    const expected = {
      charges: word === 'approved' ? 1 : 0,
      charged: word === 'approved' ? amount : 0,
      refunds: given.length,
      refunded: given.reduce((sum, part) => sum + part, 0),
    };
    // A refund may be left open: nothing was done, and it may be asked for again under a new key.
    const isCleared = ![word, ...refunds.map((refund) => refund.word)].includes('unknown') && word !== 'open';
    if (!isCleared || JSON.stringify(expected) !== JSON.stringify(money))
      wrong.push({ request, word, expected, money, refunds });
    count(word);
    if (firstWord === 'unknown') count('first unknown');
    for (const refund of refunds) count(`refund ${refund.word}`);
  }
  expect(wrong).toEqual([]);
}

/** Never more than {@link SIDE_BY_SIDE} at once; results in order. */
async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return results;
}
