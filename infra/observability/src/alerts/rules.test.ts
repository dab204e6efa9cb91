import { beforeAll, describe, expect, it } from '@jest/globals';
import { findPrometheus } from '@koosco/local-stack';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtoolTest, ruleCases } from '../../test/rule-cases';
import { alertGroups, alerts } from './alerts';
import { rulesFile } from './rules-file';
import { DRILL_FACTOR, Timing } from './timing';

describe('the rules', () => {
  let promtool: string;
  let folder: string;
  beforeAll(async () => {
    ({ promtool } = await findPrometheus(() => undefined));
    folder = mkdtempSync(join(tmpdir(), 'payment-rules-'));
    writeFileSync(join(folder, 'alerts.yaml'), rulesFile(new Timing()));
    writeFileSync(join(folder, 'drill.yaml'), rulesFile(new Timing(DRILL_FACTOR)));
  }, 120_000);

  it('are rules, at the pace of production and of a drill', () => {
    expect(run('check', 'rules', join(folder, 'alerts.yaml'), join(folder, 'drill.yaml'))).toMatch(
      new RegExp(`SUCCESS: ${alerts.length} rules found[^]*SUCCESS: ${alerts.length} rules found`),
    );
  });

  it('each fire in a bad case, and stay quiet in a good one that is near it', () => {
    expect(Object.keys(ruleCases)).toEqual(alerts.map(({ name }) => name));
    const waiting = alerts.filter(({ lasting }) => lasting !== undefined).map(({ name }) => name);
    expect(Object.keys(ruleCases).filter((name) => ruleCases[name]?.begun)).toEqual(waiting);
    // A file of its own for each: promtool evaluates all rules of a file for each case.
    const tests = alertGroups.flatMap((group) =>
      group.alerts.map((alert) => {
        writeFileSync(join(folder, `${alert.name}.yaml`), rulesFile(new Timing(), [{ ...group, alerts: [alert] }]));
        const test = join(folder, `${alert.name}.test.yaml`);
        writeFileSync(test, promtoolTest(alert.name, `${alert.name}.yaml`));
        return test;
      }),
    );
    expect(run('test', 'rules', ...tests).match(/SUCCESS/g)).toHaveLength(alerts.length);
  }, 60_000);

  function run(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
    return stdout;
  }
});
