type Unit = 's' | 'm' | 'h';
export type Span = `${number}${Unit}`;

const SECONDS: Record<Unit, number> = { s: 1, m: 60, h: 3_600 };

/** How fast time passes for rules: a drill cannot wait as long as production can. Everything that is a time goes through it. */
export class Timing {
  /** @param factor by how much every window, every pause and every age in a rule is shorter. */
  constructor(private readonly factor = 1) {}

  /** As a duration of PromQL. */
  span(span: Span): string {
    if (this.factor === 1) return span;
    const ms = Math.round(this.#seconds(span) * 1_000);
    return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
  }

  /** As a number of seconds, to compare an age with. */
  age(span: Span): string {
    return String(this.#seconds(span));
  }

  #seconds(span: Span): number {
    return (Number(span.slice(0, -1)) * SECONDS[span.slice(-1) as Unit]) / this.factor;
  }
}

/** Scraped each second instead of each quarter of a minute; all else in the same proportion. */
export const DRILL_FACTOR = 15;

export const SCRAPE_INTERVAL: Span = '15s';
