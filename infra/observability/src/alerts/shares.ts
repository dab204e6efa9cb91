import { type Span, type Timing } from './timing';

/**
 * Whether more than `share` of `all` are `bad`, and not only because there are hardly any: at least `least` of them within the
 * window. A share of nothing is no number, and no alert.
 */
export function moreThan(
  { bad, all, share, least }: { bad: string; all: string; share: number; least: number },
  within: Span,
  timing: Timing,
): string {
  const window = timing.span(within);
  return (
    `sum(rate(${bad}[${window}])) / sum(rate(${all}[${window}])) > ${share} ` +
    `and sum(increase(${bad}[${window}])) >= ${least}`
  );
}

/** How often a counter counted within the window, by these labels, where it did. */
export function anyOf(counter: string, by: readonly string[], within: Span, timing: Timing): string {
  const grouping = by.length === 0 ? '' : ` by (${by.join(', ')})`;
  return `sum${grouping} (increase(${counter}[${timing.span(within)}])) > 0`;
}
