/** One look at a worker's `/actuator/prometheus`. */
export class WorkerMetrics {
  private constructor(private readonly lines: readonly Line[]) {}

  /** @throws when the worker does not answer within a second. */
  static async read(url: string): Promise<WorkerMetrics> {
    const response = await fetch(`${url}/actuator/prometheus`, { signal: AbortSignal.timeout(1_000) });
    return WorkerMetrics.parse(await response.text());
  }

  static parse(text: string): WorkerMetrics {
    const lines = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value]) => ({
      name,
      labels,
      value: Number(value),
    }));
    return new WorkerMetrics(lines);
  }

  /** Of all lines of this name whose labels contain the text. 0 where there is none. */
  sum(name: string, label = ''): number {
    return this.#of(name, label).reduce((sum, { value }) => sum + value, 0);
  }

  max(name: string): number {
    return Math.max(0, ...this.#of(name, '').map(({ value }) => value));
  }

  /** Counts by upper bound in seconds, cumulated as a histogram has them. */
  buckets(name: string, label: string): ReadonlyMap<number, number> {
    const buckets = new Map<number, number>();
    for (const { labels, value } of this.#of(`${name}_bucket`, label)) {
      const bound = Number(/le="([^"]+)"/.exec(labels)?.[1]?.replace('+Inf', 'Infinity'));
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
    return buckets;
  }

  #of(name: string, label: string): readonly Line[] {
    return this.lines.filter((line) => line.name === name && line.labels.includes(label));
  }
}

interface Line {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/**
 * The upper bound in seconds of the bucket in which this quantile of what came between two looks lies; null when nothing came
 * or the worker was started again in between.
 */
export function quantileBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  quantile: number,
): number | null {
  const came = [...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)] as const);
  const total = Math.max(0, ...came.map(([, count]) => count));
  if (total === 0 || came.some(([, count]) => count < 0)) return null;
  const bounds = came.filter(([, count]) => count >= quantile * total).map(([bound]) => bound);
  return Math.min(...bounds);
}
