import { type SendRecord } from '@koosco/payment-domain';

import { type ProtocolState } from './money-protocol';

/**
 * What the protocol has learned, in the words that outlive this process.
 * @param known `record` as it was before, and the code of the newest error that this worker received.
 */
export function sendRecordOf<O>(
  state: ProtocolState<O>,
  { record, lastCode }: { readonly record: SendRecord; readonly lastCode: string | null },
): SendRecord {
  const { key: keySlot, unanswered, complaint } = state;
  if (complaint === null) return { ...record, keySlot, unanswered };
  const answerCode = lastCode ?? record.answerCode;
  return { ...record, keySlot, unanswered, answerCode, isUnclear: complaint.ifNotDone === null };
}
