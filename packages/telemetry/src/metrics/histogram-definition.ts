import { type MetricDefinition } from './metric-definition';

export interface HistogramDefinition<Label extends string = never> extends MetricDefinition<Label> {
  /** Upper bounds in the unit of the name, ascending. */
  readonly buckets: readonly number[];
}
