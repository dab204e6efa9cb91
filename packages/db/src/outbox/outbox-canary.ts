/**
 * Proof that what is committed reaches Kafka: an event that nobody waits for goes the way of all others, again and again, and
 * is read back. Everything is told by the database's clock, so that any number of relays may ask.
 */
export interface OutboxCanary {
  /**
   * Commits one, unless another relay has done so within `intervalMs`.
   * @param how `in passing` where the binary log is followed: its row is gone in the same transaction, and nobody who reads
   * the table ever sees it. `to be found` where rows are looked for by their state.
   * @returns whether one was committed.
   */
  send(intervalMs: number, how: 'in passing' | 'to be found'): Promise<boolean>;

  /**
   * Canaries that came back from their topic. May be repeated.
   * @param outboxIds as the records say; what was never sent, or came back before, counts for nothing.
   * @returns how long each of those that came back just now took from its commit, in seconds.
   */
  back(outboxIds: readonly bigint[]): Promise<readonly number[]>;

  /** Two reads by primary key and index, however full the table is. */
  pulse(): Promise<OutboxPulse>;
}

export interface OutboxPulse {
  /** How long ago the newest canary that has come back was committed; null when none ever has. */
  readonly canaryAgeMs: number | null;
  /** The same as an instant of the database: as long as it moves, something arrives. */
  readonly canaryBackAt: Date | null;
  /** Of the oldest row that is not published, from the beginning of the second in which it was inserted; null when there is none. */
  readonly oldestPendingAgeMs: number | null;
}

/** Their topic: internal, of one partition, and it need not keep anything for more than an hour. */
export const OUTBOX_CANARY_TOPIC = 'commerce-payment.outbox-canary';
