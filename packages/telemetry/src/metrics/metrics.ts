import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type HistogramDefinition } from './histogram-definition';
import { type MetricDefinition } from './metric-definition';

export interface GaugeSample<Label extends string> {
  readonly labels: Readonly<Record<Label, string | number>>;
  readonly value: number;
}

/** Makes a worker's metrics from their definitions. Registering a name twice throws. */
export class Metrics {
  constructor(readonly registry: Registry) {}

  /** A counter without labels shows 0 from the start; one with labels shows nothing until a label set is touched. */
  counter<const Label extends string = never>(definition: MetricDefinition<Label>): Counter<Label> {
    return new Counter({ ...this.configurationOf(definition) });
  }

  /**
   * `read`, when given, is asked for the value at each scrape, or for one of every label set that there is then. It
   * answers at once, from what is known: a scrape that waited for a dependency would fail just when that is away, and
   * take every other metric along.
   */
  gauge<const Label extends string = never>(
    definition: MetricDefinition<Label>,
    read?: () => number | readonly GaugeSample<Label>[],
  ): Gauge<Label> {
    return new Gauge<Label>({
      ...this.configurationOf(definition),
      ...(read && {
        collect() {
          const value = read();
          if (typeof value === 'number') {
            this.set(value);
            return;
          }
          this.reset();
          for (const sample of value) this.set(sample.labels, sample.value);
        },
      }),
    });
  }

  histogram<const Label extends string = never>(definition: HistogramDefinition<Label>): Histogram<Label> {
    return new Histogram({ ...this.configurationOf(definition), buckets: [...definition.buckets] });
  }

  private configurationOf<Label extends string>({ name, help, labelNames = [] }: MetricDefinition<Label>) {
    return { name, help, labelNames: [...labelNames], registers: [this.registry] };
  }
}
