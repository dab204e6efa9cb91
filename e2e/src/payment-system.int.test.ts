import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo } from './demo/run-demo';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const ORDERS = 60;
const WORKERS = ['confirm-api', 'order-consumer', 'outbox-relay'] as const;

/** Decides which worker is killed and when; `E2E_SEED=…` replays it. */
const seed = Number(process.env['E2E_SEED'] ?? Math.floor(Math.random() * 2 ** 16));
const victim = WORKERS[seed % WORKERS.length]!;
/** Killed when this many buyers have their answer, as the progress says it: after a fifth, two fifths … of them. */
const killAfter = ((Math.floor(seed / WORKERS.length) % 4) + 1) * (ORDERS / 5);

let system: PaymentSystem;
beforeAll(async () => {
  console.log(`E2E_SEED=${seed}: ${victim} is killed when ${killAfter} of ${ORDERS} buyers have their answer`);
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-e2e-')),
    removeAtEnd: true,
    // A call that hangs is not to last as long as in production.
    workerEnv: { TOSS_TOTAL_DEADLINE_MS: '2000' },
    onProgress: () => undefined,
  });
}, 120_000);
afterAll(() => system.stop());

describe('the whole system', () => {
  it('makes four records agree on every order although a worker is killed while buyers pay', async () => {
    const { pid } = system.processes.find(({ name }) => name === victim)!;
    let kills = 0;
    const report = await runDemo(system, {
      orders: ORDERS,
      signal: new AbortController().signal,
      onProgress: (line) => {
        if (kills > 0 || !line.startsWith(`${killAfter} of`)) return;
        process.kill(pid!, 'SIGKILL');
        kills += 1;
      },
    });
    expect(report.disagreements).toEqual([]);
    expect(report).toMatchObject({ orders: ORDERS, approved: 51, declined: 6, refused: 3 });
    expect(report.events).toEqual({ 'payment.created': 60, 'payment.completed': 51, 'payment.failed': 6 });
    expect(kills).toBe(1);
    expect(report.tried).toEqual({
      duplicateEvents: { orders: 8, payments: 8 },
      secondEvents: { orders: 5, payments: 5 },
      repeatedConfirms: { orders: 19, sameAnswer: 19 },
      wrongAmounts: { orders: 3, refused: 3, charges: 0 },
      declinedCards: { orders: 6, declined: 6, charges: 0 },
      nothingToPay: { orders: 2, approved: 2, charges: 0 },
      idsAbove2To53: { orders: 6, payments: 6 },
      restarts: { [victim]: 1 },
    });
    expect(system.processes.find(({ name }) => name === victim)?.pid).not.toBe(pid);
  }, 240_000);
});
