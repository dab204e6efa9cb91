import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookOf } from './alerts/alert';
import { alertGroups, alerts } from './alerts/alerts';
import { Timing } from './alerts/timing';
import { rows } from './dashboard/rows';
import { observabilityFiles } from './observability-files';
import { familyOf, metricsOf, usesOf } from './used-metrics';

const PACKAGE = join(__dirname, '..');
const REPOSITORY = join(PACKAGE, '..', '..');

/** Of every Node process, and what Prometheus says itself. */
const NOT_OURS: Readonly<Record<string, readonly string[]>> = {
  up: ['job', 'instance'],
  process_resident_memory_bytes: [],
  process_cpu_seconds_total: [],
  nodejs_eventloop_lag_p99_seconds: [],
};
/** Which every sample has. */
const EVERYWHERE = ['service', 'job', 'instance'];

describe('the files that Prometheus and Grafana read', () => {
  it('are what this code makes; `pnpm run write` writes them', () => {
    const files = observabilityFiles();
    const written = Object.keys(files).map((path) => [path, readFileSync(join(PACKAGE, path), 'utf8')]);
    expect(Object.fromEntries(written)).toEqual(files);
    const found = ['prometheus', 'grafana'].flatMap((folder) =>
      readdirSync(join(PACKAGE, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(PACKAGE.length + 1)),
    );
    expect(found.sort()).toEqual(Object.keys(files).sort());
  });

  it('ask for metrics that docs/operations/metrics.md has, by labels that they have', () => {
    const catalogue = readCatalogue();
    const expressions = [
      ...alerts.map(({ name, expr }) => ({ where: name, expr: expr(new Timing()) })),
      ...rows.flatMap(({ panels }) =>
        panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ where: title, expr }))),
      ),
    ];
    const strange = expressions.flatMap(({ where, expr }) =>
      metricsOf(expr).flatMap(({ name, labels }) => {
        const known = NOT_OURS[name] ?? catalogue.get(name) ?? histogramLabels(catalogue, name);
        if (known === undefined) return [`${where}: ${name}`];
        return labels
          .filter((label) => ![...known, ...EVERYWHERE].includes(label))
          .map((label) => `${where}: ${name}, ${label}`);
      }),
    );
    expect(strange).toEqual([]);
    expect(expressions.filter(({ expr }) => metricsOf(expr).length === 0)).toEqual([]);
  });

  it('show every metric of the catalogue', () => {
    expect([...readCatalogue().keys()].filter((name) => usesOf(name).length === 0)).toEqual([]);
  });

  it('name a runbook that is there for each alert', () => {
    const missing = alertGroups.flatMap((group) =>
      group.alerts
        .map((alert) => ({ alert, file: runbookOf(group, alert).split('#')[0]! }))
        .filter(({ alert, file }) => {
          const path = join(REPOSITORY, file);
          return !existsSync(path) || !readFileSync(path, 'utf8').includes(`\n## ${alert.name}\n`);
        })
        .map(({ alert }) => alert.name),
    );
    expect(missing).toEqual([]);
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  });
});

/** Labels by metric. */
function readCatalogue(): ReadonlyMap<string, readonly string[]> {
  const document = readFileSync(join(REPOSITORY, 'docs', 'operations', 'metrics.md'), 'utf8');
  return new Map(
    [...document.matchAll(/^\| `(\w+)` +\|[^|]*\|[^|]*\|([^|]*)\|/gm)].map(([, name = '', labels = '']) => [
      name,
      labels.split(',').map((label) => label.trim()),
    ]),
  );
}

function histogramLabels(
  catalogue: ReadonlyMap<string, readonly string[]>,
  name: string,
): readonly string[] | undefined {
  const labels = familyOf(name) === name ? undefined : catalogue.get(familyOf(name));
  return labels && [...labels, 'le'];
}
