/** A record of one of our topics. */
export interface PublishedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Of the outbox row that it says to come from; null where it names none. */
  readonly outboxId: bigint | null;
  /** SHA-256 of its value, in hexadecimal. */
  readonly digest: string;
}

/** Our topics, as an audit reads them. */
export interface PublishedRecords {
  /** Calls `onRecords` with all that was stored since then, in pieces. @throws when the broker cannot be read. */
  since(from: Date, onRecords: (records: readonly PublishedRecord[]) => void): Promise<void>;
}
