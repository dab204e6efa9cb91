import { type Stack, startStack } from '@koosco/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, get } from 'node:http';
import { callApi } from '../test/call-api';
import { type Order, PaymentWorld } from '../test/payment-world';
import { until } from '../test/until';
import { WorkerProcess } from '../test/worker-process';

/** One life of the deployed worker, in order: each test begins where the one before it ended. */
describe('the worker', () => {
  // A database of its own: the one of the other tests must not be killed.
  let stack: Stack<'mariadb'>;
  let world: PaymentWorld;
  let worker: WorkerProcess;
  let api: string;
  let orders: Order[];
  const paymentKeys: string[] = [];

  beforeAll(async () => {
    stack = await startStack({ parts: ['mariadb'] });
    const { host, port, root } = stack.mariadb;
    world = await PaymentWorld.start({ host, port, ...root! });
    orders = [await world.order(), await world.order(), await world.order(), await world.order()];
    for (const order of orders) paymentKeys.push(await world.authenticate(order));
  });
  afterAll(async () => {
    worker.signal('SIGKILL');
    await database().start();
    await world.stop();
    await stack.stop();
  });

  const database = () => stack.process('mariadb');
  const confirm = (index: number) => world.confirm(api, orders[index]!, { paymentKey: paymentKeys[index] });
  const probe = async (name: 'liveness' | 'readiness') => (await callApi(`${api}/actuator/health/${name}`)).status;

  async function expectUnavailable(index: number): Promise<void> {
    const { status, body, headers } = await confirm(index);
    expect([status, body.error?.code]).toEqual([503, 'COMMON-503']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }

  async function bringDatabaseBack(): Promise<void> {
    await database().start();
    await until(async () => (await probe('readiness')) === 200);
  }

  it('started before its database listens, lives, is not ready, and says 503', async () => {
    await database().kill();
    worker = new WorkerProcess(world.environment);
    api = await worker.url();
    expect(await probe('liveness')).toBe(200);
    expect(await probe('readiness')).toBe(503);
    await expectUnavailable(0);
  });

  it('becomes ready when the database does, and works', async () => {
    await bringDatabaseBack();
    expect(await confirm(0)).toMatchObject({ status: 200 });
  });

  it('says 503 while the database is away, lives on, recovers by itself, and charges once whatever it could not write down', async () => {
    const [, , order] = orders as [Order, Order, Order];
    const goOn = await world.hold(order, 'confirm', 'after');
    const answer = confirm(2);
    await until(() => Promise.resolve(world.chargesOf(order).count === 1));
    await database().kill();
    await expectUnavailable(1);
    await goOn();
    expect(await answer).toMatchObject({ status: 503 });
    await until(async () => (await probe('readiness')) === 503);
    expect(await probe('liveness')).toBe(200);

    await bringDatabaseBack();
    expect(await confirm(1)).toMatchObject({ status: 200 });
    expect(await world.statusOf(order)).toBe('READY');
    // The attempt belongs to the confirm that could not end it for as long as its lease lasts.
    await until(async () => (await confirm(2)).status === 200);
    expect(world.chargesOf(order).count).toBe(1);
  });

  it('told to stop during a confirm ends that first, takes nothing new, and exits with 0', async () => {
    const [, , , order] = orders as [Order, Order, Order, Order];
    const goOn = await world.hold(order, 'confirm', 'during');
    const answer = confirm(3);
    await until(async () => (await world.rowsOf(order)).attempts.length === 1);
    worker.signal('SIGTERM');
    await until(() =>
      callApi(`${api}/actuator/health`).then(
        () => false,
        () => true,
      ),
    );

    await goOn();
    expect(await answer).toMatchObject({ status: 200 });
    expect(await worker.exitCode).toBe(0);
    expect(await world.statusOf(order)).toBe('APPROVED');
  });

  it('told to stop serves on until a load balancer that looks at its readiness has noticed', async () => {
    // Longer than it takes to look, however busy the machine is.
    const another = new WorkerProcess({ ...world.environment, SHUTDOWN_DRAIN_MS: '10000' });
    const url = await another.url();
    await until(async () => (await callApi(`${url}/actuator/health/readiness`)).status === 200);
    let isInRotation = true;
    const client = async () => {
      // A connection of its own, kept alive, as a balancer holds them.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const seen = new Set<string>();
      while (isInRotation) seen.add(await outcomeOf(`${url}/v3/api-docs`, agent));
      agent.destroy();
      return [...seen];
    };
    const clients = Array.from({ length: 8 }, client);
    another.signal('SIGTERM');
    await until(async () => (await callApi(`${url}/actuator/health/readiness`)).status === 503);
    isInRotation = false;
    expect(await Promise.all(clients)).toEqual(Array(8).fill(['200']));
    expect(await another.exitCode).toBe(0);
  });

  it('has printed JSON lines only, and in them neither a whole payment key nor a secret', () => {
    const log = worker.lines.map((line) => JSON.parse(line) as { msg: string });
    expect(log.map(({ msg }) => msg)).toContain('a dependency is away');
    const text = worker.lines.join('\n');
    for (const secret of [...paymentKeys, world.address.password, 'mySecretKey', 'test_gsk_', 'eyJ']) {
      expect(text).not.toContain(secret);
    }
  });
});

/** The status of the answer, or what broke the connection. */
function outcomeOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(String(response.statusCode)));
    }).once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('the worker without a usable configuration', () => {
  it('says what is wrong and exits with 1', async () => {
    const worker = new WorkerProcess({ NODE_ENV: 'production' });
    expect(await worker.exitCode).toBe(1);
    expect(worker.lines).toContain('- JWT_SECRET is missing');
  });
});
