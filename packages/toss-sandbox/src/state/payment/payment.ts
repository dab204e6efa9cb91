import { z } from 'zod';
import { documentedCode } from '../../codes/code-catalogue';

/** `EXPIRED` and `ABORTED` are final; a virtual account can go back from `DONE` to `WAITING_FOR_DEPOSIT`. */
export type PaymentStatus =
  'READY' | 'IN_PROGRESS' | 'WAITING_FOR_DEPOSIT' | 'DONE' | 'CANCELED' | 'PARTIAL_CANCELED' | 'ABORTED' | 'EXPIRED';

export const paymentMethods = ['CARD', 'EASY_PAY', 'VIRTUAL_ACCOUNT', 'TRANSFER', 'MOBILE_PHONE'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

export interface Cancellation {
  readonly transactionKey: string;
  readonly cancelAmount: number;
  readonly cancelReason: string;
  readonly taxFreeAmount: number;
  /** The balance after this cancellation. */
  readonly refundableAmount: number;
  readonly canceledAtMs: number;
}

/** How the provider behind Toss will answer the confirm; scripted by a test or chosen by the buyer on the hosted page. */
export const scriptedOutcome = z.strictObject({
  declineCode: documentedCode.describe('Any documented code; a decline aborts the payment'),
  times: z.int().min(1).optional().describe('How many confirms meet it; every one when absent'),
});

export type ScriptedOutcome = Readonly<z.infer<typeof scriptedOutcome>>;

export interface VirtualAccount {
  readonly accountNumber: string;
  readonly bankCode: string;
  readonly customerName: string;
  readonly dueAtMs: number;
  readonly refundStatus: 'NONE' | 'COMPLETED';
}

/** Where the hosted page sends the buyer; present from the opening of the window on. */
export interface Checkout {
  readonly successUrl: string | null;
  readonly failUrl: string | null;
}

/** All that is known of one payment. Never changed in place: a transition returns the next one. Times are epoch ms. */
export interface Payment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly mId: string;
  /** Only a secret key paired with this client key may confirm. */
  readonly clientKey: string;
  readonly customerKey: string | null;
  readonly currency: string;
  readonly totalAmount: number;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: number;
  readonly useEscrow: boolean;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly status: PaymentStatus;
  readonly method: PaymentMethod | null;
  readonly balanceAmount: number;
  readonly requestedAtMs: number;
  readonly authenticatedAtMs: number | null;
  readonly approvedAtMs: number | null;
  readonly lastTransactionKey: string | null;
  readonly secret: string | null;
  readonly cancels: readonly Cancellation[];
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly outcome: ScriptedOutcome | null;
  readonly virtualAccount: VirtualAccount | null;
  readonly checkout: Checkout | null;
}
