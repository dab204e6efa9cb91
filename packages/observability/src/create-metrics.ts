import { collectDefaultMetrics, Registry } from 'prom-client';
import { Metrics } from './metrics';

/** The metrics of one worker, each labelled with its service name, beginning with the process's own: CPU, memory,
 * event loop, garbage collection. */
export function createMetrics(options: { readonly service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  collectDefaultMetrics({ register: registry });
  return new Metrics(registry);
}
