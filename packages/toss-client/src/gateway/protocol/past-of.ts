import { type SendRecord } from '@koosco/payment-domain';

import { type Past } from './money-protocol';

/** What an earlier worker left behind, in the words of the protocol. */
export function pastOf<O>(
  record: SendRecord,
  complaintOf: (code: string) => NonNullable<Past<O>['complaint']>,
): Past<O> {
  const { keySlot: key, unanswered, answerCode, isUnclear } = record;
  if (answerCode === null) return { key, unanswered, complaint: null };
  const { mayUseNewKey, ifNotDone } = complaintOf(answerCode);
  return { key, unanswered, complaint: { mayUseNewKey, ifNotDone: isUnclear ? null : ifNotDone } };
}
