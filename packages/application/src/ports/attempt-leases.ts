import { type SendRecord } from '@koosco/payment-domain';

/** An attempt, and the fencing token under which somebody owns it. */
export interface AttemptOwnership {
  readonly attemptId: string;
  readonly fence: number;
}

/** Short writes of an attempt's owner between its two transactions: each is one statement, durable when it resolves. */
export interface AttemptLeases {
  /**
   * Lets the leases last until `leaseMs` from now, by the database's clock.
   * @returns the ids of those that still have this owner; the others were taken over or settled, and are left alone.
   */
  renew(owned: readonly AttemptOwnership[], leaseMs: number): Promise<ReadonlySet<string>>;

  /** Records a request that is about to leave, and renews the lease. @returns false, and changes nothing, for a lost one. */
  recordSend(owned: AttemptOwnership, send: SendRecord, leaseMs: number): Promise<boolean>;
}
