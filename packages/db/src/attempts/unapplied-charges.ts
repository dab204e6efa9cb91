/** Money that moved for payments that could not take it, as an operator sees it. */
export interface UnappliedCharges {
  /** What has not been given back yet. */
  awaitingRefund(): Promise<{ readonly count: number; readonly krw: bigint }>;
}
