/** How transactions are traced, for whoever traces; events carry the trace of their payment all the same. */
export interface DatabaseTracing {
  /**
   * The work around the caller is about a payment of this trace.
   * @param traceParent of the payment, W3C; null where it has none.
   * @returns what an event of that work is to carry.
   */
  continueTrace(traceParent: string | null): string | null;
  /** Runs a transaction, retries included. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

export const untraced: DatabaseTracing = {
  continueTrace: (traceParent) => traceParent,
  transaction: (work) => work(),
};
