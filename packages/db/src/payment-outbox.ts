/** The outbox as the relay sees it: rows that some transaction has committed. */
export interface PaymentOutbox {
  /**
   * Rows that were read back from Kafka become PUBLISHED. May be repeated, in any order and by several relays.
   * @returns how many were PENDING until now; unknown ids count for nothing.
   */
  markPublished(ids: readonly bigint[]): Promise<number>;

  /** Cheap however many rows are published already; `count` stops at {@link pendingCountMax}. */
  pendingStatistics(): Promise<PendingStatistics>;
}

export interface PendingStatistics {
  readonly count: number;
  /** To the second; null when nothing is pending. */
  readonly oldestCreatedAt: Date | null;
}

/** Counting reads as many index entries as it counts. Beyond this many, the age of the oldest says all there is to say. */
export const pendingCountMax = 100_000;
