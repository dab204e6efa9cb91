import { type Span, type Timing } from './timing';

/** Why somebody is called. */
export interface Alert {
  readonly name: string;
  /** `page`: money or buyers suffer now, wake somebody. `ticket`: somebody looks on the next working day. */
  readonly severity: 'page' | 'ticket';
  /** PromQL; whatever it finds is an alert. */
  readonly expr: (timing: Timing) => string;
  /** How long it must be so. Nothing where one event is enough. */
  readonly lasting?: Span;
  /** One line of what is wrong, for whoever was woken. */
  readonly summary: string;
}

/** Alerts that one page of runbooks is about. */
export interface AlertGroup {
  /** Of the file in docs/operations/runbooks. */
  readonly name: string;
  readonly alerts: readonly Alert[];
}

/** Where it is written what to do: each alert has a heading there. */
export function runbookOf(group: AlertGroup, { name }: Alert): string {
  return `docs/operations/runbooks/${group.name}.md#${name.toLowerCase()}`;
}
