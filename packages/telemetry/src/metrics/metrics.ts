import {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

export interface GaugeSample<Label extends string> {
  readonly labels: Readonly<Record<Label, string | number>>;
  readonly value: number;
}

/**
 * The metrics of one worker, each labelled with its service name, beginning with the process's own: CPU, memory, event
 * loop, garbage collection. prom-client's, made here so that each is in the registry that is scraped: one that forgot its
 * registry would be counted and never seen. Registering a name twice throws.
 */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    // By default the event loop is looked at 100 times a second, which is most of what an idle worker would do.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
  }

  /**
   * A counter without labels shows 0 from the start. One with labels shows 0 for each of the `known` label sets: of a series
   * that begins with its first event, no query sees that one happen.
   */
  counter<const Label extends string = never>(
    metric: CounterConfiguration<Label>,
    known: readonly Readonly<Record<Label, string>>[] = [],
  ): Counter<Label> {
    const counter = new Counter({ ...metric, registers: [this.registry] });
    for (const labels of known) counter.inc(labels, 0);
    return counter;
  }

  histogram<const Label extends string = never>(metric: HistogramConfiguration<Label>): Histogram<Label> {
    return new Histogram({ ...metric, registers: [this.registry] });
  }

  /**
   * `read` is asked for the value at each scrape, or for one of every label set that there is then. It answers at once,
   * from what is known: a scrape that waited for a dependency would fail just when that is away, and take every other
   * metric along.
   */
  gauge<const Label extends string = never>(
    metric: GaugeConfiguration<Label>,
    read: () => number | readonly GaugeSample<Label>[],
  ): void {
    new Gauge({
      ...metric,
      registers: [this.registry],
      collect() {
        const found = read();
        if (typeof found === 'number') {
          this.set(found);
          return;
        }
        this.reset();
        for (const { labels, value } of found) this.set(labels, value);
      },
    });
  }
}
