/** A metric declared once, as a constant: the name on dashboards and alerts, and the labels its owner must give. */
export interface MetricDefinition<Label extends string = never> {
  /** Prometheus form; a counter ends in `_total`, a duration in `_seconds`. */
  readonly name: string;
  readonly help: string;
  /** Few values each: never an order id, a payment key or a message. */
  readonly labelNames?: readonly Label[];
}
