import { type ApprovalRequest, type GivenBack, type GivenBackReading } from '@koosco/payment-application';
import { Money } from '@koosco/payment-domain';

import { type TossAnswer } from '../../client/answers/toss-answer';
import { type TossPayment } from '../../client/answers/toss-payment';
import { differingFields } from '../differing-fields';
import { noteOf } from '../note-of-answer';

/** What Toss's books say went back of a charge, if they are the books of that charge in every field. */
export function givenBackOf(
  answer: TossAnswer<TossPayment>,
  request: Omit<ApprovalRequest, 'idempotencyKey'>,
  readAt: Date,
): GivenBackReading {
  if (answer.kind !== 'ok') return { kind: 'unknown', reason: noteOf('look-up', answer) };
  const payment = answer.value;
  const differing = differingFields(payment, request, Number(request.amount.krw));
  if (differing.length > 0) return { kind: 'unknown', reason: `Toss's payment differs in ${differing.join(', ')}` };

  const givenBack: GivenBack[] = [];
  for (const { transactionKey, cancelAmount, canceledAt, cancelStatus } of payment.cancels) {
    const isDone = cancelStatus === null || cancelStatus === 'DONE';
    if (!isDone || cancelAmount === null) return { kind: 'unknown', reason: 'Toss is not done with a cancel' };
    const amount = Money.krw(BigInt(cancelAmount));
    givenBack.push({ pgTransactionId: transactionKey, amount, at: canceledAt ?? readAt });
  }
  // A deposit that the bank took back is no cancel: the payment waits again, as if nothing had been paid.
  if (payment.status === 'WAITING_FOR_DEPOSIT') {
    const pgTransactionId = `reversal-${payment.lastTransactionKey ?? payment.paymentKey.slice(-20)}`;
    givenBack.push({ pgTransactionId, amount: null, at: readAt });
  }
  return { kind: 'read', givenBack };
}
