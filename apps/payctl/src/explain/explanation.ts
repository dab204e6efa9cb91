/** One moment of an order's life, and who says so. */
export interface Moment {
  readonly at: Date;
  readonly source: 'kafka' | 'order' | 'attempt' | 'operator' | 'toss' | 'refund' | 'history' | 'event' | 'webhook';
  readonly text: string;
}

/** What does not fit, or waits for something. */
export interface Finding {
  /** `contradiction`: two records say different things; `open`: something is under way; `unread`: a source did not answer. */
  readonly kind: 'contradiction' | 'open' | 'unread';
  readonly text: string;
}

export interface Explanation {
  readonly timeline: readonly Moment[];
  readonly findings: readonly Finding[];
  /** One sentence. */
  readonly verdict: string;
}
