import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type HistogramDefinition } from './histogram-definition';
import { type MetricDefinition } from './metric-definition';

/** Makes a worker's metrics from their definitions. Registering a name twice throws. */
export class Metrics {
  constructor(readonly registry: Registry) {}

  /** A counter without labels shows 0 from the start; one with labels shows nothing until a label set is touched. */
  counter<const Label extends string = never>(definition: MetricDefinition<Label>): Counter<Label> {
    return new Counter({ ...this.configurationOf(definition) });
  }

  /**
   * `read`, when given, is asked for the value at each scrape. It answers at once, from what is known: a scrape that
   * waited for a dependency would fail just when that is away, and take every other metric along.
   */
  gauge<const Label extends string = never>(definition: MetricDefinition<Label>, read?: () => number): Gauge<Label> {
    return new Gauge({
      ...this.configurationOf(definition),
      ...(read && {
        collect() {
          this.set(read());
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
