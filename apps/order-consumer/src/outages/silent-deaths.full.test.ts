import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderStack } from '../../test/order-stack';
import { expectOnePaymentEach } from '../../test/orders';
import { StreamOfOrders } from '../../test/stream-of-orders';
import { until } from '../../test/until';
import { type WorkerProcess } from '../../test/worker-process';

/** By hand 180,000. */
const CHURN_MS = Number(process.env['DRILL_CHURN_MS'] ?? 60_000);
const CHURN_EVERY_MS = 10_000;
/** The worker dies of it in the eyes of its group, whose session is 10 s, and comes back. */
const FROZEN_MS = 45_000;
/** As long as kafkajs waits for an answer, and a little more. */
const SILENT_MS = 32_000;
const STALL_MS_MAX = 30_000;

let stack: OrderStack;
let workers: WorkerProcess[];
beforeAll(async () => {
  stack = await OrderStack.start();
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await stack.query('DELETE FROM payment_outbox');
  await stack.query('DELETE FROM payment_idempotency');
  await stack.query('DELETE FROM payment');
});
afterAll(() => stack.stop());

async function startWorkers(count: number): Promise<void> {
  workers = Array.from({ length: count }, () => stack.worker());
  for (const worker of workers) await worker.ready();
}

/** Does something to the system while orders come in; each must have one payment at the end. */
async function drill(name: string, disturb: () => Promise<void>): Promise<number> {
  const orders = new StreamOfOrders(stack);
  await until(() => orders.orderIds.length > 20);
  await disturb();
  // So that whoever is stuck is seen to be.
  const before = orders.orderIds.length;
  await until(() => orders.orderIds.length > before + 200);
  await orders.end();
  await stack.drained();
  await expectOnePaymentEach(stack, orders.orderIds);
  const { longestStallMs } = orders;
  process.stdout.write(
    `${name}: ${orders.orderIds.length} orders, longest stall ${(longestStallMs / 1_000).toFixed(1)} s\n`,
  );
  return longestStallMs;
}

const LONG_MS = 180_000 + CHURN_MS;

describe('while orders keep coming', () => {
  it(
    'a broker that is killed and comes back stops nothing for good',
    async () => {
      await startWorkers(2);
      const stallMs = await drill('broker killed', async () => {
        await stack.process('kafka').kill();
        await stack.process('kafka').start();
      });
      expect(stallMs).toBeLessThan(STALL_MS_MAX);
    },
    LONG_MS,
  );

  it(
    'a coordinator that says nothing for longer than a request waits stops nothing for good',
    async () => {
      await startWorkers(2);
      const stallMs = await drill('broker silent', async () => {
        stack.process('kafka').pause();
        await sleep(SILENT_MS);
        stack.process('kafka').resume();
      });
      // While it is silent nothing can be stored or read; from then on the same bound holds.
      expect(stallMs - SILENT_MS).toBeLessThan(STALL_MS_MAX);
    },
    LONG_MS,
  );

  it(
    'a worker that is frozen for 45 s loses its partition to the other, and may come back',
    async () => {
      await startWorkers(2);
      await until(async () => (await stack.members()).length === 2);
      const stallMs = await drill('worker frozen', async () => {
        workers[0]!.kill('SIGSTOP');
        await sleep(FROZEN_MS);
        workers[0]!.kill('SIGCONT');
      });
      expect(stallMs).toBeLessThan(STALL_MS_MAX);
    },
    LONG_MS,
  );

  it(
    'three members of which one leaves or joins every 10 s keep up',
    async () => {
      await startWorkers(3);
      const stallMs = await drill('members that come and go', async () => {
        for (let changes = 0; changes < CHURN_MS / CHURN_EVERY_MS; changes++) {
          if (changes % 2 === 0) await workers.shift()!.stop();
          else workers.push(stack.worker());
          await sleep(CHURN_EVERY_MS);
        }
      });
      expect(stallMs).toBeLessThan(STALL_MS_MAX);
    },
    LONG_MS,
  );
});
