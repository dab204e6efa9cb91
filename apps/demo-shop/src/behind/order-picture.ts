/** How far an order has come. */
export type Stage = 'ordered' | 'received' | 'window' | 'confirming' | 'refunding' | 'settled' | 'published' | 'heard';

/** What one of the four says of the order's money; null while it cannot be read. */
export interface Column {
  readonly word: string;
  /** What the buyer has paid and not got back. */
  readonly krw: bigint | null;
}

export interface Moment {
  readonly atMs: number;
  /** Whose row or message it is. */
  readonly part: 'buyer' | 'order-service' | 'kafka' | 'database' | 'toss';
  /** A text of the page, and the values in it. */
  readonly kind: string;
  readonly values: Readonly<Record<string, string | bigint | number | null>>;
}

/** Everything about one order at one moment. */
export interface OrderPicture {
  readonly orderId: string;
  readonly amountKrw: bigint | null;
  readonly stage: Stage;
  readonly columns: Readonly<Record<'buyer' | 'database' | 'toss' | 'orderService', Column>>;
  /** `open` while something about it is still under way, or cannot be read. */
  readonly agreement: 'agree' | 'open' | 'disagree';
  /** Oldest first. */
  readonly timeline: readonly Moment[];
}
