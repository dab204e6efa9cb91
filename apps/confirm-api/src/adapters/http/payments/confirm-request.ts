import { Money, OrderId } from '@koosco/payment-domain';
import { type Field, RequestBody, wholeNumber } from '../server/request-body';

/** Toss's own bound on the key is 200 characters; it is visible ASCII in every documented example. */
const PAYMENT_KEY_CHARACTERS_MAX = 200;
const VISIBLE_ASCII = '^[!-~]+$';

/** No payment of Toss can be looked up under these: in a path they mean a folder, however they are encoded. */
const DOT_SEGMENTS = ['.', '..'];

const paymentKey: Field<string> = {
  schema: {
    type: 'string',
    description: 'As the payment window gave it to the success URL',
    minLength: 1,
    maxLength: PAYMENT_KEY_CHARACTERS_MAX,
    pattern: VISIBLE_ASCII,
    not: { enum: DOT_SEGMENTS },
  },
  read: (value, fault) => {
    if (typeof value !== 'string') return fault('문자열이어야 합니다.');
    if (value.length > PAYMENT_KEY_CHARACTERS_MAX || !new RegExp(VISIBLE_ASCII).test(value)) {
      return fault(`1자 이상 ${PAYMENT_KEY_CHARACTERS_MAX}자 이하의 공백 없는 문자열이어야 합니다.`);
    }
    return DOT_SEGMENTS.includes(value) ? fault('사용할 수 없는 값입니다.') : value;
  },
};

/** The body of `POST /api/payments/confirm`. Digits are read as the number they are; nothing else is bent into shape. */
export const confirmRequest = new RequestBody(
  {
    paymentKey,
    orderId: wholeNumber({ min: 1n, max: OrderId.max }, 'A whole number, or its digits in a string', (id) =>
      OrderId.of(id),
    ),
    amount: wholeNumber(
      { min: 0n, max: Money.max },
      'Whole won, or their digits in a string; must be the amount of the payment',
      (krw) => Money.krw(krw),
    ),
  },
  [{ paymentKey: 'tgen_20250626194853NtWm4', orderId: 1001, amount: 15000 }],
);
