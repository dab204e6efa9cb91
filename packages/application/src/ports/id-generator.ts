export interface IdGenerator {
  /** A fresh UUID; newer ones sort after older ones (RFC 9562 version 7), which keeps indexes on them append-only. */
  next(): string;
}
