import { usesOf } from '@koosco/payment-observability';
import { markdownTable } from './markdown-table';

/** What a worker says of one of its metrics. */
interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Of its samples, beside the service's name. */
  readonly labels: readonly string[];
}

/** Of the runtime, and the same in every Node process. */
const RUNTIME = /^(process|nodejs)_/;

/**
 * A Markdown table of every metric that the workers have, in the order of their names, from what they answer a scrape.
 * @param workers base URL of each worker's operations by its name.
 */
export async function metricsCatalogue(workers: Readonly<Record<string, string>>): Promise<string> {
  const found = new Map<string, MetricDescription & { readonly workers: readonly string[] }>();
  for (const [worker, url] of Object.entries(workers)) {
    const exposition = await (await fetch(`${url}/actuator/prometheus`)).text();
    for (const metric of described(exposition)) {
      const known = found.get(metric.name);
      const labels = [...new Set([...(known?.labels ?? []), ...metric.labels])];
      found.set(metric.name, { ...metric, labels, workers: [...(known?.workers ?? []), worker] });
    }
  }
  const rows = [...found.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help, labels, workers: having }) => [
      `\`${name}\``,
      type,
      having.join(', '),
      labels.join(', '),
      help.replaceAll('|', '\\|'),
      usesOf(name).join(', '),
    ]);
  return markdownTable([['metric', 'type', 'of', 'labels', 'meaning', 'alert or panel'], ...rows]);
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: a metric without samples has these two lines as well. */
function described(exposition: string): MetricDescription[] {
  return [...exposition.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)]
    .filter(([, name = '']) => !RUNTIME.test(name))
    .map(([, name = '', help = '', type = '']) => ({ name, help, type, labels: labelsOf(name, exposition) }));
}

/** Every worker's samples have its name, and every bucket its bound. */
function labelsOf(name: string, exposition: string): readonly string[] {
  const samples = exposition.matchAll(new RegExp(`^${name}(?:_bucket)?\\{(.*)\\} `, 'gm'));
  const labels = [...samples].flatMap(([, list = '']) => [...list.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
  return [...new Set(labels)].filter((label) => label !== 'service' && label !== 'le');
}
