import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxControl } from '@koosco/toss-sandbox';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderService } from './demo/order-service';
import { EventLog } from './faults/event-log';
import { type Case, type FaultGroup, type FaultRow, observe, type SeenRow } from './faults/fault-row';
import {
  CALL_DEADLINE_MS,
  cancelRows,
  confirmRows,
  databaseRows,
  downRows,
  earlyWebhookRows,
  longRows,
  webhookRows,
} from './faults/fault-rows';
import { faultTable } from './faults/fault-table';
import { AMOUNT, Shopping } from './faults/shopping';
import { requestsUnderWay } from './system/requests-under-way';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'operations', 'faults.md');
const DATABASE_GONE_MS = 10_000;

let databaseIsGone: () => void;
const isGone = new Promise<void>((resolve) => (databaseIsGone = resolve));
const processOf = (name: string) => system.processes.find((process) => process.name === name)!;

/** One after the other, for each turns something for all. */
const groups: readonly FaultGroup[] = [
  {
    title: 'confirms, and webhooks that never come',
    rows: [...confirmRows, ...webhookRows('never')],
    begin: () => toss.setWebhookManners({ hold: true }),
  },
  { title: 'cancels', rows: cancelRows },
  {
    title: 'webhooks before the answer',
    rows: earlyWebhookRows,
    begin: async () => {
      await toss.setWebhookManners({ hold: false });
      await toss.setSwitches({ webhookMoment: 'before-answer' });
    },
  },
  {
    title: 'webhooks after the answer',
    rows: webhookRows('after the answer'),
    begin: () => toss.setSwitches({ webhookMoment: 'after-answer' }),
  },
  {
    title: 'webhooks twice',
    rows: webhookRows('twice'),
    begin: () => toss.setWebhookManners({ duplicates: 1 }),
  },
  {
    title: 'a quarter of an hour',
    rows: longRows,
    // On Toss's clock; the rows let it pass on ours.
    answered: () => toss.advanceClock(15 * 60_000),
  },
  {
    title: 'Toss down',
    rows: downRows,
    begin: () => processOf('toss-sandbox').stop(),
    answered: () => processOf('toss-sandbox').start(),
  },
  {
    title: 'the database gone',
    rows: databaseRows(isGone),
    meanwhile: async () => {
      while ((await requestsUnderWay(system.sandboxUrl, signal)) < 2) await sleep(20);
      await processOf('mariadb').stop();
      databaseIsGone();
      // This is the fault itself, not a wait for something.
      await sleep(DATABASE_GONE_MS);
      await processOf('mariadb').start();
    },
  },
];

const signal = new AbortController().signal;
let system: PaymentSystem;
let toss: SandboxControl;
let events: EventLog;
let cases: readonly (readonly Case[])[];
const seenRows: (FaultRow & { readonly seen: SeenRow })[] = [];

beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-faults-')),
    removeAtEnd: true,
    // Rows that fail side by side would open the breaker for one another.
    workerEnv: { TOSS_TOTAL_DEADLINE_MS: String(CALL_DEADLINE_MS), TOSS_BREAKER_FAILURES: '1000' },
    onProgress: () => undefined,
  });
  toss = new SandboxControl(system.sandboxUrl);
  const { bootstrapServers } = system.infrastructure.kafka;
  events = new EventLog(bootstrapServers);
  await events.follow();
  let last = 0n;
  cases = groups.map(({ rows }) => rows.map((row) => ({ row, shopping: new Shopping(system, events, ++last) })));
  const orders = cases.flat().map(({ shopping: { orderId } }) => ({
    ...{ orderId, userId: orderId, amount: BigInt(AMOUNT), story: 'pays' as const },
    ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
  }));
  await new OrderService(bootstrapServers, signal).place(orders);
}, 120_000);

afterAll(async () => {
  await events.end();
  await system.stop();
});

describe.each(groups.map((group, index) => ({ ...group, index })))('with $title', (group) => {
  let seen: readonly Promise<SeenRow>[];
  beforeAll(async () => {
    seen = observe(group, cases[group.index]!);
    await Promise.allSettled(seen);
  }, 180_000);

  it.each(group.rows.map((row, place) => ({ ...row, place })))('$request: $fault', async ({ place, ...row }) => {
    const { seconds, ...facts } = await seen[place]!;
    seenRows.push({ ...row, seen: { ...facts, seconds } });
    expect(facts).toEqual(row.facts);
  });
});

describe('the table of faults', () => {
  it('stands in docs/operations/faults.md as it was seen', () => {
    const rows = ['confirm', 'cancel'].flatMap((request) => seenRows.filter((row) => row.request === request));
    console.log(faultTable(rows, true));
    expect(events.strange).toEqual([]);
    const table = faultTable(rows, false);
    const place = /(<!-- faults -->\n\n).*?(\n\n<!-- \/faults -->)/s;
    if (process.env['WRITE_DOCS'] === '1') {
      const document = readFileSync(DOCUMENT, 'utf8');
      writeFileSync(
        DOCUMENT,
        document.replace(place, (_all, before: string, after: string) => before + table + after),
      );
    }
    expect(place.exec(readFileSync(DOCUMENT, 'utf8'))?.[0]).toContain(table);
  });
});
