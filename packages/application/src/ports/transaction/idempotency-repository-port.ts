import { type PaymentIdempotency } from '@koosco/payment-domain';

export interface IdempotencyRepositoryPort {
  /**
   * Marks requests as seen, in one trip, in the transaction of their effects: rolled back together, seen together.
   * @returns for each entry, in order, whether it is new. The same entry twice in one call is new once.
   */
  insertNew(entries: readonly PaymentIdempotency[]): Promise<readonly boolean[]>;
}
