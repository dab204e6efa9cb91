/** Where a buyer transfers the money to: issued by the gateway for one payment. No secret, for the buyer needs all of it. */
export interface VirtualAccount {
  /** The bank by its name (`신한은행`), or by the gateway's code where that is all we know. */
  readonly bank: string | null;
  readonly accountNumber: string;
  /** In whose name it is. */
  readonly holder: string | null;
  /** Until when the buyer may transfer, where the gateway said so. */
  readonly dueAt: Date | null;
}
