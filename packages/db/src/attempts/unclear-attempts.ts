/** Confirms of which nobody knows whether they charged, as an operator sees them. */
export interface UnclearAttempts {
  statistics(): Promise<UnclearAttemptStatistics>;
}

export interface UnclearAttemptStatistics {
  readonly count: number;
  readonly krw: bigint;
  /** When the oldest was begun; null when there is none. */
  readonly oldestAt: Date | null;
}
