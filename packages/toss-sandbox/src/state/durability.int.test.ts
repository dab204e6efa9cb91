import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ApiAnswer } from '@koosco/toss-conformance';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox } from '../sandbox';
import { documentedMerchant } from './merchant-keys';
import { type LedgerRow } from './ledger-row';

const [pair] = documentedMerchant.keys;

describe('a sandbox with a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toss-sandbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string) => join(folder, name);
  const ledgerFile = () =>
    readFileSync(file('ledger.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LedgerRow);
  const start = () => startTossSandbox({ dataDir: folder, clock: 'virtual', seed: 1 });
  const connect = (url: string) => SandboxTarget.connect({ url, ...pair! });

  /** A sandbox in a process of its own, so that it can be killed. */
  async function spawned() {
    const main = join(__dirname, '..', '..', 'bin', 'toss-sandbox.cjs');
    const child = spawn(process.execPath, [main, '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^Toss sandbox +(\S+)/.exec(line)?.[1];
      if (url !== undefined) return { url, child, exited };
    }
    throw new Error('The sandbox did not start');
  }

  it('killed under load has every answered charge in its ledger, and replays every answer', async () => {
    const answers = new Map<string, { answer: ApiAnswer; key: string }>();
    for (let round = 0; round < 2; round += 1) {
      const { url, child, exited } = await spawned();
      const target = await connect(url);
      let confirmed = 0;
      const buyer = async () => {
        for (;;) {
          const payment = await target.authenticated(1_000);
          const answer = await target.confirm(payment, { 'idempotency-key': payment.orderId });
          answers.set(payment.orderId, { answer, key: payment.orderId });
          confirmed += 1;
          if (confirmed === 40) child.kill('SIGKILL');
        }
      };
      // Every buyer ends when the sandbox does not answer any more.
      await Promise.all(Array.from({ length: 8 }, () => buyer().catch(() => undefined)));
      await exited;
    }
    const answered = [...answers.values()].map(({ answer }) => answer.fields['paymentKey']);
    expect(answered.length).toBeGreaterThanOrEqual(80);
    expect(ledgerFile().map((row) => row.paymentKey)).toEqual(expect.arrayContaining(answered));

    const sandbox = await start();
    const target = await connect(sandbox.url);
    for (const { answer, key } of [...answers.values()].slice(-10)) {
      const replayed = await target.post('/v1/payments/confirm', '', { 'idempotency-key': key });
      expect(replayed.text).toBe(answer.text);
    }
    expect(ledgerFile()).toEqual(sandbox.ledger());
    await sandbox.close();
  });

  it('comes back with the same payments, money, clock and webhook endpoints', async () => {
    const first = await start();
    const before = await connect(first.url);
    await before.sandbox.registerWebhook('http://127.0.0.1:9/nobody');
    const { paymentKey } = await before.approved(1_000);
    await before.cancel(paymentKey, { cancelReason: 'x', cancelAmount: 300 });
    await before.sandbox.advanceClock(3_600_000);
    const waiting = await before.authenticated();
    const [path, nowMs, rows] = [`/v1/payments/${paymentKey}`, await before.sandbox.now(), first.ledger()];
    const { text } = await before.get(path);
    const deliveries = await before.sandbox.webhookDeliveries();
    await first.close();

    const second = await start();
    const after = await connect(second.url);
    expect((await after.get(path)).text).toBe(text);
    expect(second.ledger()).toEqual(rows);
    expect(await after.sandbox.now()).toBe(nowMs);
    expect(await after.sandbox.webhookDeliveries()).toEqual(deliveries);
    await after.sandbox.advanceClock(600_000);
    expect((await after.sandbox.payment(waiting.paymentKey)).status).toBe('EXPIRED');
    await second.close();
  });

  it('cuts off a torn last line, and refuses a damaged one before it', async () => {
    const first = await start();
    await (await connect(first.url)).approved();
    await first.close();
    appendFileSync(file('journal.jsonl'), '{"clock":{"offs');
    appendFileSync(file('ledger.jsonl'), '{"seq":2,"ki');
    const second = await start();
    await (await connect(second.url)).approved();
    await second.close();
    expect(ledgerFile().map((row) => row.seq)).toEqual([1, 2]);

    const [line, ...others] = readFileSync(file('journal.jsonl'), 'utf8').split('\n');
    writeFileSync(file('journal.jsonl'), [line!.slice(9), ...others].join('\n'));
    await expect(start()).rejects.toThrow(/journal\.jsonl, line 1/);
  });

  it('completes a ledger that is behind its journal, and cuts one that is ahead', async () => {
    const first = await start();
    const target = await connect(first.url);
    await target.approved();
    await target.approved();
    await first.close();
    const whole = readFileSync(file('ledger.jsonl'), 'utf8');
    truncateSync(file('ledger.jsonl'), whole.indexOf('\n') + 1);
    await (await start()).close();
    expect(readFileSync(file('ledger.jsonl'), 'utf8')).toBe(whole);
    appendFileSync(file('ledger.jsonl'), `${JSON.stringify({ ...ledgerFile()[1], seq: 3 })}\n`);
    await (await start()).close();
    expect(readFileSync(file('ledger.jsonl'), 'utf8')).toBe(whole);
  });

  it('lets nobody else write into it, and can be emptied', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(/is used by a sandbox/);
    const target = await connect(first.url);
    await target.approved();
    await target.sandbox.reset();
    expect([first.ledger(), ledgerFile()]).toEqual([[], []]);
    await target.approved();
    await first.close();
    const second = await start();
    expect(second.ledger().map((row) => row.seq)).toEqual([1]);
    await second.close();
  });
});
