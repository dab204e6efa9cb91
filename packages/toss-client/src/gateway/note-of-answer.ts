import { type TossAnswer } from '../client/answers/toss-answer';

/** One answer for an operator's eyes: `confirm 400 PROVIDER_ERROR`, `look-up no-response ECONNRESET`. No keys, no amounts. */
export function noteOf(
  asked: 'confirm' | 'cancel' | 'look-up' | 'transactions',
  answer: TossAnswer<{ readonly status?: string }>,
): string {
  switch (answer.kind) {
    case 'ok':
      return `${asked} ${answer.httpStatus} ${answer.value.status?.slice(0, 30) ?? ''}`;
    case 'error':
      return `${asked} ${answer.httpStatus} ${answer.code}`;
    case 'no-answer':
      return `${asked} ${answer.phase} ${answer.cause}`;
  }
}
