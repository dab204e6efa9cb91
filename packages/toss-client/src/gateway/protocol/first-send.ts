import { type SendRecord } from '@koosco/payment-domain';

/** What is recorded before anything leaves: from then on, the request may have reached Toss. */
export function firstSend(credential: string | null, now: Date, mayArriveForMs: number): SendRecord {
  return {
    keySlot: 'first',
    credential: credential ?? '',
    unanswered: true,
    answerCode: null,
    isUnclear: false,
    mayArriveUntil: new Date(now.getTime() + mayArriveForMs),
  };
}
