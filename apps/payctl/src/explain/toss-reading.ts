import { type CaseFile } from '@koosco/payment-db/operators';
import { type TossClient, type TossPayment } from '@koosco/toss-client/client';

/** What Toss says about one payment key now. */
export type TossReading = { readonly paymentKey: string } & (
  | { readonly kind: 'payment'; readonly payment: TossPayment }
  /** Toss knows nothing of it: that session is over, and nothing was charged in it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unread'; readonly why: string }
);

/** Asks Toss about every payment key of a case, one call each. Never rejects. */
export async function readToss(file: CaseFile, client: TossClient): Promise<readonly TossReading[]> {
  const keys = new Set([
    ...file.attempts.map(({ paymentKey }) => paymentKey),
    ...(file.payment?.paymentKey ? [file.payment.paymentKey] : []),
  ]);
  return Promise.all([...keys].map((paymentKey) => readKey(paymentKey, client)));
}

async function readKey(paymentKey: string, client: TossClient): Promise<TossReading> {
  const answer = await client.getByPaymentKey(paymentKey);
  if (answer.kind === 'ok') return { paymentKey, kind: 'payment', payment: answer.value };
  if (answer.kind === 'no-answer') return { paymentKey, kind: 'unread', why: `${answer.phase} (${answer.cause})` };
  // Toss: error codes of a payment's look-up.
  if (answer.code === 'NOT_FOUND_PAYMENT') return { paymentKey, kind: 'nothing' };
  return { paymentKey, kind: 'unread', why: answer.code };
}
