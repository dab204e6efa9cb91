import { pgOrderIdOf } from '@koosco/payment-application/records';
import { type CaseFile } from '@koosco/payment-db/operators';
import { type TossAnswer, type TossClient, type TossPayment } from '@koosco/toss-client/client';

/** What Toss says about one payment key now. */
export type TossReading = { readonly paymentKey: string } & TossWord;

export type TossWord =
  | { readonly kind: 'payment'; readonly payment: TossPayment }
  /** Toss knows nothing of it: that session is over, and nothing was charged in it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unread'; readonly why: string };

/** Asks Toss about every payment key of a case, one call each. Never rejects. */
export async function readToss(file: CaseFile, client: TossClient): Promise<readonly TossReading[]> {
  const keys = new Set([
    ...file.attempts.map(({ paymentKey }) => paymentKey),
    ...(file.payment?.paymentKey ? [file.payment.paymentKey] : []),
  ]);
  return Promise.all([...keys].map((paymentKey) => readKey(paymentKey, client)));
}

/** Never rejects. */
export async function readKey(paymentKey: string, client: TossClient): Promise<TossReading> {
  return { paymentKey, ...wordOf(await client.getByPaymentKey(paymentKey)) };
}

/** One of its payments: Toss does not say which, where there were several. Never rejects. */
export async function readOrder(orderId: bigint, client: TossClient): Promise<TossWord> {
  return wordOf(await client.getByOrderId(pgOrderIdOf(orderId)));
}

function wordOf(answer: TossAnswer<TossPayment>): TossWord {
  if (answer.kind === 'ok') return { kind: 'payment', payment: answer.value };
  if (answer.kind === 'no-answer') return { kind: 'unread', why: `${answer.phase} (${answer.cause})` };
  // Toss: error codes of a payment's look-up.
  return answer.code === 'NOT_FOUND_PAYMENT' ? { kind: 'nothing' } : { kind: 'unread', why: answer.code };
}
