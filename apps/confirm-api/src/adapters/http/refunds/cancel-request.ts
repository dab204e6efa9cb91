import { REASON_CHARACTERS_MAX, type ReceiveAccount } from '@koosco/payment-application';
import { type JsonValue } from '@koosco/payment-contracts/json';
import { Money } from '@koosco/payment-domain';
import { type Fault, integerIn, RequestFields } from '../server/request-fields';

export interface CancelRequest {
  /** Null for all that is left. */
  readonly amount: Money | null;
  readonly reason: string;
  readonly receiveAccount: ReceiveAccount | null;
}

/**
 * The body of `POST /api/payments/{paymentId}/cancel`.
 * @throws HttpError 400 `COMMON-400-004` naming every field that is wrong.
 */
export function cancelRequestOf(body: JsonValue): CancelRequest {
  const fields = new RequestFields(body);
  const amount = fields.optional('cancelAmount', integerIn({ min: 1n, max: Money.max }));
  const reason = fields.required('cancelReason', textUpTo(REASON_CHARACTERS_MAX));
  const receiveAccount = fields.optional('refundReceiveAccount', accountOf);
  fields.throwFaults();
  return { amount: amount === null ? null : Money.krw(amount), reason: reason ?? '', receiveAccount };
}

/** JSON can say half of a surrogate pair, which no database stores unchanged. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function textUpTo(charactersMax: number) {
  return (value: JsonValue, fault: Fault): string | null => {
    if (typeof value !== 'string') return fault('문자열이어야 합니다.');
    const isText = value.trim() !== '' && Array.from(value).length <= charactersMax && !HALF_CHARACTER.test(value);
    return isText ? value : fault(`1자 이상 ${charactersMax}자 이하의 문자열이어야 합니다.`);
  };
}

/** Toss documents a code or name, at most 20 digits, and at most 60 characters. No fault shows what was given. */
function accountOf(value: JsonValue, fault: Fault): ReceiveAccount | null {
  const complaint = () => fault('bank, accountNumber(숫자 20자 이하), holderName(60자 이하)이 필요합니다.');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return complaint();
  const { bank, accountNumber, holderName } = value as { readonly [field: string]: JsonValue };
  if (typeof bank !== 'string' || !/^\S{1,20}$/.test(bank)) return complaint();
  if (typeof accountNumber !== 'string' || !/^\d{1,20}$/.test(accountNumber)) return complaint();
  if (typeof holderName !== 'string' || holderName.trim() === '' || holderName.length > 60) return complaint();
  return { bank, accountNumber, holderName };
}
