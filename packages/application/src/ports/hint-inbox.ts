import { type OrderId } from '@koosco/payment-domain';

/** Something that somebody who says to be the gateway has told us. Nothing of it is believed; it is a reason to look. */
export interface Hint {
  /** The same for the same state of the same payment, however often it is told. */
  readonly hintId: string;
  /** What it calls itself. At most 100 characters. */
  readonly kind: string;
  /** Null where it names no order that could be ours. */
  readonly orderId: OrderId | null;
  /** The state it speaks of, in its own words. At most 50 characters. */
  readonly status: string | null;
}

/** What is to be looked at because of one or many hints about an order. */
export interface DueHints {
  readonly orderId: OrderId;
  readonly statuses: readonly string[];
  /** Newest of the hints that this stands for. */
  readonly upToId: bigint;
}

export interface HintInbox {
  /**
   * Makes a hint durable, and due, once; repeated, it is counted. A hint about an order that was looked at within
   * `windowMs` is due when that is over, so that a flood costs one look at a time.
   */
  keep(hint: Hint, windowMs: number): Promise<void>;

  /** Orders with due hints, each once. */
  findDue(limit: number): Promise<readonly DueHints[]>;

  /** Those hints have been followed. */
  followed(hints: DueHints): Promise<void>;

  /** Those hints are to be followed later. */
  postpone(hints: DueHints, delayMs: number): Promise<void>;

  /** Forgets at most `limit` that were received longer ago than this and followed. @returns how many. */
  forget(olderThanMs: number, limit: number): Promise<number>;
}
