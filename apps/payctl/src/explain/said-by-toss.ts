import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { type TossReading, type TossWord } from './toss-reading';
import { won } from './won';

/** What Toss says of one payment key, in a line; the key is masked. */
export function saidByToss(reading: TossReading): string {
  return `${maskPaymentKey(reading.paymentKey)} ${wordsOfToss(reading)}`;
}

export function wordsOfToss(word: TossWord): string {
  switch (word.kind) {
    case 'nothing':
      return 'is unknown to Toss';
    case 'unread':
      return `could not be asked about: ${word.why}`;
    case 'payment': {
      const { status, totalAmount, balanceAmount, approvedAt, failure } = word.payment;
      const charged = approvedAt === null ? '' : `, charged ${approvedAt.toISOString()}, ${won(balanceAmount)} left`;
      return `is ${status}${failure === null ? '' : ` (${failure.code})`}: ${won(totalAmount)}${charged}`;
    }
  }
}
