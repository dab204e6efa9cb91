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
