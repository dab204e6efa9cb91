/** One documented error of the Toss API: what goes over the wire when it happens. */
export interface ErrorCode {
  readonly httpStatus: number;
  readonly code: string;
  /** The default message. */
  readonly korean: string;
  /** The message under `Accept-Language: en-US`; in the documentation's sense, not always in its words. */
  readonly english: string;
  /** True when a confirm that ends in this code is over for the buyer: the payment becomes ABORTED. */
  readonly declines?: boolean;
}
