/** Refunds that are not settled, as an operator sees them. */
export interface OpenRefunds {
  statistics(): Promise<OpenRefundStatistics>;
}

export interface OpenRefundStatistics {
  readonly count: number;
  readonly krw: bigint;
  /** When the oldest was asked for; null when there is none. */
  readonly oldestAt: Date | null;
}
