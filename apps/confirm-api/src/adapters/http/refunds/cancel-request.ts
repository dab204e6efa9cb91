import { REASON_CHARACTERS_MAX, type ReceiveAccount } from '@koosco/payment-application';
import { type JsonValue } from '@koosco/payment-contracts/json';
import { Money } from '@koosco/payment-domain';
import { type Field, optional, RequestBody, wholeNumber } from '../server/request-body';

/** JSON can say half of a surrogate pair, which no database stores unchanged. */
const HALF_CHARACTER = /\p{Surrogate}/u;

const reason: Field<string> = {
  schema: { type: 'string', minLength: 1, maxLength: REASON_CHARACTERS_MAX, description: 'The buyer may read it' },
  read: (value, fault) => {
    if (typeof value !== 'string') return fault('문자열이어야 합니다.');
    const characters = Array.from(value).length;
    const isText = value.trim() !== '' && characters <= REASON_CHARACTERS_MAX && !HALF_CHARACTER.test(value);
    return isText ? value : fault(`1자 이상 ${REASON_CHARACTERS_MAX}자 이하의 문자열이어야 합니다.`);
  },
};

/** Toss documents a code or name, at most 20 digits, and at most 60 characters. No fault shows what was given. */
const receiveAccount: Field<ReceiveAccount> = {
  schema: {
    description: 'Where a virtual account that was paid into gives back to; handed on to Toss and stored nowhere',
    oneOf: [{ $ref: '#/components/schemas/ReceiveAccount' }],
  },
  read: (value, fault) =>
    accountOf(value) ?? fault('bank, accountNumber(숫자 20자 이하), holderName(60자 이하)이 필요합니다.'),
};

function accountOf(value: JsonValue): ReceiveAccount | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { bank, accountNumber, holderName } = value as { readonly [field: string]: JsonValue };
  if (typeof bank !== 'string' || !/^\S{1,20}$/.test(bank)) return null;
  if (typeof accountNumber !== 'string' || !/^\d{1,20}$/.test(accountNumber)) return null;
  if (typeof holderName !== 'string' || holderName.trim() === '' || holderName.length > 60) return null;
  return { bank, accountNumber, holderName };
}

/** The body of `POST /api/payments/{paymentId}/cancel`. */
export const cancelRequest = new RequestBody(
  {
    cancelAmount: optional(
      wholeNumber(
        { min: 1n, max: Money.max },
        'Whole won, or their digits in a string; without it all that is left at that moment',
        (krw) => Money.krw(krw),
      ),
    ),
    cancelReason: reason,
    refundReceiveAccount: optional(receiveAccount),
  },
  [{ cancelAmount: 3000, cancelReason: '단순 변심' }],
);
