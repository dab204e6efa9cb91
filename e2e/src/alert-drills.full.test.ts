import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alerts, DRILL_FACTOR, Timing } from '@koosco/payment-observability';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lasting, payctl } from '../test/payctl';
import { WatchingPrometheus } from '../test/watching-prometheus';
import { alertTable } from '../test/alerts/alert-table';
import { AlertWatch } from '../test/alerts/alert-watch';
import { type Seen } from '../test/alerts/drill';
import { DrillScene, until } from '../test/alerts/drill-scene';
import { drillGroups, longDrills } from '../test/alerts/drills';
import { type DrillRun, runDrills } from '../test/alerts/run-drill';
import { addressIn, laterCommandsIn, printedIn, writePrinted } from '../test/alerts/runbooks';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'operations', 'alerts.md');
const drills = [...longDrills, ...drillGroups.flatMap((group) => group.drills)];
const drilled = drills.flatMap((drill) =>
  [...drill.alerts, ...(drill.afterwards ?? [])].map((alert) => ({ alert, drill })),
);
const later = drilled.flatMap(({ alert, drill }) =>
  laterCommandsIn(alert).map((command) => ({ alert, drill, command })),
);

let system: PaymentSystem;
let prometheus: WatchingPrometheus;
let watch: AlertWatch;
let scene: DrillScene;
let runs: readonly DrillRun[];
const seenOf = new Map<string, Seen>();

beforeAll(async () => {
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-alerts-')),
    removeAtEnd: true,
    workerEnv: {
      // At the pace of the rules: what is done every so often in production is done as much more often here.
      ...{ AUDIT_EVERY: '4s', BOOKS_READ_EVERY: '4s', CONNECTOR_STANDSTILL_MS: '3000' },
      ...{ TOSS_TOTAL_DEADLINE_MS: '9000', MAX_REQUESTS_AT_ONCE: '24' },
      // Faults of one order would open the breaker for all.
      TOSS_BREAKER_FAILURES: '1000',
      NODE_OPTIONS: `--require ${join(__dirname, '..', 'test', 'alerts', 'leaking.cjs')}`,
    },
    onProgress: () => undefined,
  });
  prometheus = await WatchingPrometheus.start(system, new Timing(DRILL_FACTOR));
  scene = new DrillScene(system);
  for (const { prepare } of drills) await prepare?.(scene);
  const firing = async () => {
    const samples = await prometheus.query('ALERTS{alertstate="firing"}');
    return new Set(samples.map(({ metric }) => metric['alertname']!));
  };
  await until(async () => (await prometheus.query('worker_ready == 1')).length === 3, 'all workers are seen ready');
  watch = new AlertWatch(firing);
}, 180_000);

afterAll(async () => {
  await watch.end();
  await prometheus.stop();
  await system.stop();
});

it('nothing fires while all is well', async () => {
  expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([]);
  runs = runDrills(drillGroups, longDrills, {
    scene,
    watch,
    payctl: async (args) => {
      const { stdout, stderr } = await payctl(system, args);
      return lasting(`$ payctl ${args.join(' ')}\n${stdout}${stderr}`).replaceAll(/127\.0\.0\.1:\d+/g, '…');
    },
  });
});

describe('an alert', () => {
  it.each(drilled)(
    '$alert fires when $drill.cause, and no more when that is mended',
    async ({ alert, drill }) => {
      const run = runs.find((one) => one.drill === drill)!;
      seenOf.set(alert, await run.seen.find((one) => one.alert === alert)!.seen);
      const printed = await run.printed;
      if (process.env['WRITE_DOCS'] === '1') writePrinted(alert, printed);
      // What it says differs from run to run; that this is asked first, and answered, does not.
      const [asked, ...answer] = printedIn(alert).split('\n');
      expect(asked).toBe(printed.split('\n')[0]);
      expect(answer).not.toEqual([]);
    },
    240_000,
  );

  it('is drilled', () => {
    expect(drilled.map(({ alert }) => alert).sort()).toEqual(alerts.map(({ name }) => name).sort());
  });

  it('stands in docs/operations/alerts.md as it was seen', () => {
    const table = alertTable(drilled, seenOf);
    console.log(table);
    const place = /(<!-- alerts -->\n\n).*?(\n\n<!-- \/alerts -->)/s;
    const document = readFileSync(DOCUMENT, 'utf8');
    if (process.env['WRITE_DOCS'] === '1') {
      writeFileSync(
        DOCUMENT,
        document.replace(place, (_all, before: string, after: string) => before + table + after),
      );
    }
    // How long it took is another thing in every run, and so may the widths of these columns be.
    const lasts = (text: string) => text.replaceAll(/ *\d+ s +/g, ' ').replaceAll(/ {2,}|-{2,}/g, '');
    expect(lasts(readFileSync(DOCUMENT, 'utf8'))).toContain(lasts(table));
  });
});

describe('what a runbook has typed beyond its first command', () => {
  it.each(later)('$alert: payctl $command', async ({ drill, command }) => {
    const filledIn = Object.entries({ ...(await drill.filledIn?.(scene)), '"…"': '"it is a drill"' });
    const typed = filledIn.reduce((text, [place, value]) => text.replaceAll(place, value), command);
    const args = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    const { code, stdout, stderr } = await payctl(system, args);
    console.log(`$ payctl ${typed}\n${stdout}${stderr}`);
    // Understood, and it found and could read what it is about, in which something may well not fit.
    expect([0, 1]).toContain(code);
  });

  it('TossFailing: 401 means that Toss is there', async () => {
    const { pathname } = new URL(addressIn('TossFailing', 'https://api.tosspayments.com/'));
    expect((await fetch(`${system.sandboxUrl}${pathname}`)).status).toBe(401);
  });
});
