/** Who brings the events of an outbox to Kafka. */
export type RelayMode = 'debezium' | 'polling';

/**
 * What publishing without a reader of the binary log takes: the right to do it, and the rows. One relay publishes at a time, by the
 * database's clock.
 */
export interface OutboxPublication {
  /**
   * Notes who brings events to Kafka here, where nobody has said so yet: both at once would send them twice and out of order.
   * @returns who does: the one that is given, or the other, and then nothing was changed.
   */
  claimMode(mode: RelayMode): Promise<RelayMode>;

  /**
   * Says anew who does, for a person who changes an installation over. Relays of the other mode end when they see it.
   * @returns false while a relay publishes, and then nothing was changed.
   */
  changeMode(mode: RelayMode): Promise<boolean>;

  /**
   * Takes the right to publish, or keeps it, for `leaseMs` from now.
   * @param publisher a UUID of this process.
   * @returns false while another one has it, or where events are not published so.
   */
  hold(publisher: string, leaseMs: number): Promise<boolean>;
  /** Leaves it to the others before it is over. */
  release(publisher: string): Promise<void>;

  /**
   * Rows that are not published, in the order of their ids, at most `limit` of the oldest. They are found by their state, so that one
   * whose transaction commits late is found then, whatever has been published since.
   * @param except rows that are published and about to be marked.
   */
  pending(limit: number, except?: readonly bigint[]): Promise<readonly PendingRow[]>;
  /** They are stored on their topics. May be repeated. @returns how many were not PUBLISHED before. */
  published(ids: readonly bigint[]): Promise<number>;
}

export interface PendingRow {
  readonly id: bigint;
  readonly topic: string;
  readonly key: string;
  readonly eventType: string;
  readonly payload: string;
  readonly traceParent: string | null;
}
