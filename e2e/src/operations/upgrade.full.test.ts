import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadBalancer, loadBalancer } from '../../test/load-balancer';
import { payctl } from '../../test/payctl';
import { previousRelease } from '../../test/previous-release';
import { runDemo } from '../demo/run-demo';
import { type PaymentSystem, startPaymentSystem, type WorkerName, type Workers } from '../system/payment-system';

const ORDERS = 600;
/** How many buyers have their answer before a step, and while it is taken: the rest waits, so that there are some for the next. */
const ORDERS_A_STEP = 80;
const WORKERS: readonly WorkerName[] = ['confirm-api', 'order-consumer', 'outbox-relay'];

const interruption = new AbortController();
let system: PaymentSystem;
let front: LoadBalancer;

beforeAll(async () => {
  const release = await previousRelease();
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-upgrade-')),
    removeAtEnd: true,
    release,
    onProgress: () => undefined,
  });
  front = await loadBalancer(system.apiUrl);
  await new SandboxControl(system.sandboxUrl).registerWebhook(`${front.url}/api/webhooks/toss`);
}, 600_000);

afterAll(async () => {
  interruption.abort();
  await front.close();
  await system.stop();
});

it('takes the place of the last release while people buy: the schema first, then worker beside worker', async () => {
  const old = system.processes.filter(({ name }) => (WORKERS as readonly string[]).includes(name));
  let next: Workers | undefined;
  const steps: (() => Promise<void>)[] = [
    () => system.migrate(),
    async () => {
      next = await system.startBeside();
      front.targets = [system.apiUrl, next.apiUrl];
    },
    async () => {
      front.targets = [next!.apiUrl];
      await Promise.all(old.map((worker) => worker.stop()));
    },
  ];

  const answeredInStep = [0];
  let underWay: Promise<void> | undefined;
  const onAnswer = () => {
    const answered = ++answeredInStep[answeredInStep.length - 1]!;
    if (answered < ORDERS_A_STEP) return;
    if (underWay !== undefined) {
      front.open = underWay;
      return;
    }
    const step = steps.shift();
    if (step === undefined) return;
    answeredInStep.push(0);
    underWay = step().then(() => {
      underWay = undefined;
      answeredInStep.push(0);
    });
  };
  const report = await runDemo(
    { ...system, apiUrl: front.url },
    { orders: ORDERS, signal: interruption.signal, onProgress: () => undefined, onAnswer },
  );
  console.log(
    `answered before, while and after each step: ${answeredInStep.join(', ')}; ${report.seconds.toFixed(0)} s`,
  );
  expect(report).toMatchObject({ orders: ORDERS, disagreements: [], tried: { restarts: {} } });
  expect(answeredInStep).toHaveLength(7);
  expect(front.given.get(next!.apiUrl)).toBeGreaterThan(ORDERS_A_STEP);

  const audit = await payctl({ ...system, ...next! }, ['audit', '--from', '1h', '--to', '0s', '--json']);
  expect(audit).toMatchObject({ code: 0, stderr: '' });
}, 240_000);
