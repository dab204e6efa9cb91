/** What a worker says of one of its metrics. */
interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** Of the runtime, and the same in every Node process. */
const RUNTIME = /^(process|nodejs)_/;

/**
 * A Markdown table of every metric that the workers have, in the order of their names, from what they answer a scrape.
 * @param workers base URL of each worker's operations by its name.
 */
export async function metricsCatalogue(workers: Readonly<Record<string, string>>): Promise<string> {
  const found = new Map<string, MetricDescription & { readonly workers: string[] }>();
  for (const [worker, url] of Object.entries(workers)) {
    const exposition = await (await fetch(`${url}/actuator/prometheus`)).text();
    for (const metric of described(exposition)) {
      const known = found.get(metric.name) ?? { ...metric, workers: [] };
      known.workers.push(worker);
      found.set(metric.name, known);
    }
  }
  const rows = [...found.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help, workers: having }) => [
      `\`${name}\``,
      type,
      having.join(', '),
      help.replaceAll('|', '\\|'),
    ]);
  return table([['metric', 'type', 'of', 'meaning'], ...rows]);
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: a metric without samples has these two lines as well. */
function described(exposition: string): MetricDescription[] {
  return [...exposition.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)]
    .map(([, name = '', help = '', type = '']) => ({ name, help, type }))
    .filter(({ name }) => !RUNTIME.test(name));
}

/** As the formatter of this repository lays out a table. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head!), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}
