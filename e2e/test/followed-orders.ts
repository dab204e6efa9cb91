import { beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mariadb';
import { Buyer } from '../src/demo/buyer';
import { OrderService } from '../src/demo/order-service';
import { userToken } from '../src/demo/user-token';
import { lastingLines, orderLines } from '../src/system/order-lines';
import { type PaymentSystem } from '../src/system/payment-system';
import { requestsUnderWay } from '../src/system/requests-under-way';
import { lasting, payctl } from './payctl';
import { shopping, tell, toldOrders } from './told-orders';

const OPERATIONS = join(__dirname, '..', '..', 'docs', 'operations');
const DOCUMENT = join(OPERATIONS, 'follow-an-order.md');
const EXPLAINED = join(OPERATIONS, 'explain.md');

const signal = new AbortController().signal;

/** One order of the system, as an operator follows it: in the logs, and by payctl explain. In the end the books are changed. */
export function describeFollowedOrders(running: () => PaymentSystem): void {
  describe('an order', () => {
    let system: PaymentSystem;
    beforeAll(() => {
      system = running();
    });

    it('tells its story in the logs of all three workers, as docs/operations/follow-an-order.md shows it', async () => {
      const order = { ...shopping, orderId: 90_210n, sendsEventTwice: true };
      await new OrderService(system.infrastructure.kafka.bootstrapServers, signal).place([order]);
      await logged(system, order.orderId, 'event published: payment.created', 'order consumed again');
      const buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
      const token = await userToken(order.userId);
      const paymentKey = await buyer.authenticate(order, await buyer.checkout(order, token));
      await buyer.confirmOnce(order, token, paymentKey);
      await buyer.confirmOnce(order, token, paymentKey);
      await logged(system, order.orderId, 'event published: payment.completed');
      expectShown('paid', orderLines(system.logs, order.orderId));
    }, 60_000);

    it('tells it also where its worker was killed while Toss charged, so that the relay had to settle it', async () => {
      const order = { ...shopping, orderId: 90_211n };
      await new OrderService(system.infrastructure.kafka.bootstrapServers, signal).place([order]);
      await logged(system, order.orderId, 'event published: payment.created');
      const buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
      const token = await userToken(order.userId);
      const paymentKey = await buyer.authenticate(order, await buyer.checkout(order, token));
      const toss = new SandboxControl(system.sandboxUrl);
      const fault = { kind: 'hold', stage: 'before' } as const;
      const held = await toss.addFault({ route: 'confirm', orderId: 'ord-0000000000000090211', fault });
      const unanswered = buyer.confirmOnce(order, token, paymentKey).catch(() => undefined);
      while ((await requestsUnderWay(system.sandboxUrl, signal)) === 0) await sleep(20);
      await system.processes.find(({ name }) => name === 'confirm-api')!.kill();
      await unanswered;
      // Toss tells of the charge by webhook, which is to find somebody.
      const isBack = () =>
        fetch(`${system.apiUrl}/actuator/health/readiness`).then(
          ({ ok }) => ok,
          () => false,
        );
      while (!(await isBack())) await sleep(20);
      await toss.removeFault(held);
      await logged(system, order.orderId, 'attempt settled', 'event published: payment.completed');
      const lines = orderLines(system.logs, order.orderId);
      // How often the relay has to ask depends on the machine.
      expectShown(
        'settled by the relay',
        lines.filter((line) => !line.includes('attempt is not settled')),
      );
    }, 60_000);

    it('is explained by payctl, as docs/operations/explain.md shows it, also after somebody has changed the books', async () => {
      const { mariadb } = system.infrastructure;
      const books = await createConnection({ ...mariadb, allowPublicKeyRetrieval: true });
      await tell(system, books);
      for (const { title, order } of toldOrders) await expectExplained(system, title, order.orderId, 0);
      await expectExplained(system, 'killed while Toss charged', 90_211n, 0);
      await expectExplained(system, 'paid, with its topics', 90_405n, 0, '--topics');
      await books.query('UPDATE payment SET canceled_amount = 4000 WHERE order_id = 90401');
      await books.query(
        `DELETE FROM payment_outbox WHERE event_type = 'payment.completed'
         AND aggregate_id = (SELECT payment_id FROM payment WHERE order_id = 90401)`,
      );
      await books.end();
      await expectExplained(system, 'tampered with', 90_401n, 1);

      const { code, stderr } = await payctl(system, ['explain', '90401'], { DB_PORT: '1' });
      expect(code).toBe(4);
      expect(stderr).toMatch(
        /^payctl: the database could not be read: \S+\nIt was looked for as \S+ at 127\.0\.0\.1:1, database/,
      );
      expect(await payctl(system, ['explain', '90499'])).toMatchObject({ code: 3, stdout: '' });
      const withTopics = await payctl(system, ['explain', '90401', '--topics', '--json']);
      const { findings } = JSON.parse(withTopics.stdout) as { findings: readonly { kind: string; text: string }[] };
      expect({ code: withTopics.code, findings }).toEqual({
        code: 1,
        findings: expect.arrayContaining([
          {
            kind: 'contradiction',
            text: expect.stringMatching(
              /^a record on \S+payment\.completed\[\d\]@\d+ says to be outbox \d+, and is none of this payment's events$/,
            ),
          },
        ]),
      });
      const unreachable = await payctl(system, ['explain', '90401', '--json'], {
        TOSS_BASE_URL: 'http://127.0.0.1:1',
      });
      expect(JSON.parse(unreachable.stdout)).toMatchObject({
        findings: expect.arrayContaining([{ kind: 'unread', text: expect.stringContaining('Toss did not tell') }]),
      });
    }, 60_000);
  });
}

/** Waits until the workers have logged all of this about the order. */
async function logged(system: PaymentSystem, orderId: bigint, ...messages: string[]): Promise<void> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const lines = orderLines(system.logs, orderId);
    if (messages.every((message) => lines.some((line) => line.includes(message)))) return;
    if (Date.now() > deadline) throw new Error(`not logged: ${messages.join(' or ')}, but\n${lines.join('\n')}`);
    await sleep(50);
  }
}

/** Until all of it is delivered and followed; events of one second stand in no order among others. */
async function expectExplained(
  system: PaymentSystem,
  title: string,
  orderId: bigint,
  exitCode: number,
  ...args: readonly string[]
): Promise<void> {
  const isToWrite = process.env['WRITE_DOCS'] === '1';
  const deadline = Date.now() + (isToWrite ? 3_000 : 20_000);
  const sorted = (text: string) => text.split('\n').sort();
  for (;;) {
    const { code, stdout, stderr } = await payctl(system, ['explain', String(orderId), ...args]);
    const isAsShown = sorted(lasting(stdout)).join() === sorted(blockOf(EXPLAINED, title)).join();
    if (!isAsShown && Date.now() < deadline) {
      await sleep(200);
      continue;
    }
    if (isToWrite) writeBlock(EXPLAINED, title, lasting(stdout));
    expect({ code, stderr, lines: sorted(lasting(stdout)) }).toEqual({
      ...{ code: exitCode, stderr: '' },
      lines: sorted(blockOf(EXPLAINED, title)),
    });
    return;
  }
}

function blockOf(document: string, title: string): string {
  return blockUnder(title).exec(readFileSync(document, 'utf8'))?.[2] ?? '';
}

function writeBlock(document: string, title: string, content: string): void {
  const written = readFileSync(document, 'utf8').replace(
    blockUnder(title),
    (_all, before: string, _old, after: string) => `${before}${content}\n${after}`,
  );
  writeFileSync(document, written);
}

function blockUnder(title: string): RegExp {
  return new RegExp(`(<!-- ${title} -->\\n+\`\`\`\\w+\\n)(.*?)\\n?(\`\`\`)`, 's');
}

/** One correlation id, and the very lines of the document; `WRITE_DOCS=1` writes those of this run into it. */
function expectShown(title: string, lines: readonly string[]): void {
  const ids = lines.map((line) => (JSON.parse(line) as { correlationId: string }).correlationId);
  expect(new Set(ids).size).toBe(1);
  // The relay logs a settlement beside what it reads back; which of the two is faster says nothing.
  const isLast = (line: string) => Number(line.includes('event published: payment.completed'));
  const shown = lastingLines([...lines].sort((a, b) => isLast(a) - isLast(b))).join('\n');
  if (process.env['WRITE_DOCS'] === '1') writeBlock(DOCUMENT, title, shown);
  expect(blockOf(DOCUMENT, title)).toBe(shown);
}
