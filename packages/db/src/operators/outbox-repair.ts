/** What a person may do about events that the relays cannot mend by themselves. */
export interface OutboxRepair {
  /**
   * Finds what a repair would send again, and changes nothing: the chosen rows and, so that each payment's events end in their
   * order, everything behind the first of them of the same payment. Reads the table once from there to its end, in pages.
   * @returns null when the payment or the row is unknown.
   * @throws RangeError when more than a million payments are meant.
   */
  plan(choice: RepairChoice): Promise<RepairPlan | null>;

  /**
   * Sends again what was planned, and whatever those payments have had since: the rows are deleted and inserted again as they
   * were, 200 payments or about a thousand rows in a transaction, each payment whole. May be
   * repeated: consumers know what comes twice by its id.
   * @param onProgress how many rows so far, after each transaction.
   * @returns how many rows.
   */
  sendAgain(plan: RepairPlan, onProgress?: (rows: number) => void): Promise<number>;

  /** Where a row is: what {@link setAside} and {@link putBack} would find. Null when it is nowhere. */
  whereIs(id: bigint): Promise<PlacedRow | null>;

  /** Moves a row that is not published out of the way of all others; it is kept. @returns whether it was there to be moved. */
  setAside(id: bigint, by: { readonly operator: string; readonly reason: string }): Promise<boolean>;

  /** Puts such a row back, and sends it and everything behind it of its payment. @returns how many rows; 0 when it is not there. */
  putBack(id: bigint): Promise<number>;
}

export type RepairChoice =
  /** What was published of a period, by when it was inserted, to the second. */
  | { readonly kind: 'period'; readonly from: Date; readonly to: Date; readonly topic: string | undefined }
  | { readonly kind: 'payment'; readonly paymentId: string }
  | { readonly kind: 'row'; readonly id: bigint };

export interface RepairPlan {
  /** Rows that were chosen, and all that are sent again. */
  readonly chosen: number;
  readonly rows: number;
  /** Of the whole table. */
  readonly tableRows: number;
  /** The rows of each payment, the payments in the order of their first. */
  readonly payments: ReadonlyMap<string, readonly bigint[]>;
  /** The last row that was looked at. */
  readonly to: bigint;
}

export interface PlacedRow {
  readonly place: 'PENDING' | 'PUBLISHED' | 'SET_ASIDE';
  readonly paymentId: string;
  readonly eventType: string;
  readonly topic: string;
}
