import { type SendKeySlot, type SendRecord } from '@koosco/payment-domain';
import { type PaymentAttempt as PaymentAttemptModel } from '../generated/prisma/client';
import { fitting } from '../transaction/fitting';

/** The columns in which a charge and a refund alike keep what was sent to the gateway last. */
export type SendRow = Pick<PaymentAttemptModel, Extract<keyof PaymentAttemptModel, `send${string}`>>;

export function sendFromRow(row: SendRow): SendRecord {
  return {
    // A check constraint allows nothing else.
    keySlot: row.sendKeySlot as SendKeySlot,
    credential: row.sendCredential,
    // Raw SQL returns a BOOLEAN as a number.
    unanswered: Number(row.sendUnanswered) === 1,
    answerCode: row.sendAnswerCode,
    isUnclear: Number(row.sendUnclear) === 1,
    mayArriveUntil: row.sendMayArriveUntil,
  };
}

export function sendToRow(send: SendRecord): SendRow {
  return {
    sendKeySlot: send.keySlot,
    sendCredential: send.credential,
    sendUnanswered: send.unanswered,
    sendAnswerCode: fitting(send.answerCode, 100),
    sendUnclear: send.isUnclear,
    sendMayArriveUntil: send.mayArriveUntil,
  };
}
