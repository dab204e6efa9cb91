/** The outbox as the relay sees it: rows that some transaction has committed. */
export interface PaymentOutbox {
  /**
   * Rows whose events were read back from Kafka become PUBLISHED: on their topic, with their key and their payload, byte
   * for byte. The id alone is no proof, as anybody who may write to the topic can count. May be repeated, in any order
   * and by several relays.
   */
  markPublished(events: readonly SeenEvent[]): Promise<Marked>;

  /**
   * Deletes rows that were published and are older than this, the oldest first; what is not published stays for ever.
   * @param limit at most so many, in one statement that locks no others.
   * @returns how many.
   */
  forget(olderThanMs: number, limit: number): Promise<number>;

  /** Cheap however many rows are published already; `count` stops at {@link pendingCountMax}. */
  pendingStatistics(): Promise<PendingStatistics>;
}

/** A record of a payment topic that says which row it comes from. */
export interface SeenEvent {
  readonly id: bigint;
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export interface Marked {
  /** Rows that were PENDING until now. Unknown ids count for nothing. */
  readonly published: number;
  /** Of rows that are PENDING, and stay so: events that say their id and something else than they do. */
  readonly unlike: readonly SeenEvent[];
}

export interface PendingStatistics {
  readonly count: number;
  /** To the second; null when nothing is pending. */
  readonly oldestCreatedAt: Date | null;
}

/** Counting reads as many index entries as it counts. Beyond this many, the age of the oldest says all there is to say. */
export const pendingCountMax = 100_000;
