import { collectDefaultMetrics, Registry } from 'prom-client';
import { Metrics } from './metrics';

/** The metrics of one worker, each labelled with its service name, beginning with the process's own: CPU, memory,
 * event loop, garbage collection. */
export function createMetrics(options: { readonly service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  // By default the event loop is looked at 100 times a second, which is most of what an idle worker would do.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return new Metrics(registry);
}
