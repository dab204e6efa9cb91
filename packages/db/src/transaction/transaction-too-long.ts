/** A transaction was open for longer than it may be; it is rolled back. The same work may well succeed later. */
export class TransactionTooLong extends Error {
  readonly code = 'TRANSACTION_TOO_LONG';

  constructor(durationMs: number) {
    super(`a transaction was open for more than ${durationMs} ms and is rolled back`);
    this.name = 'TransactionTooLong';
  }
}
