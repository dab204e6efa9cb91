/** How a partition of this member goes on. A batch that is tried again is no progress, however often it is tried. */
export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds since a batch of it was handled, or, before the first, since this member got it. */
  readonly idleMs: number;
  /** Milliseconds since a try ended at all, well or badly: long, and nothing is heard of this partition any more. */
  readonly quietMs: number;
  /** What it is at; null while nothing of it is being handled. */
  readonly batch: {
    readonly firstOffset: string;
    /** What its first record says, milliseconds since 1970: foreign, and so perhaps nonsense. */
    readonly timestampMs: number;
    /** Since its first try began. */
    readonly underWayMs: number;
    /** Tries that failed. */
    readonly failures: number;
  } | null;
}
