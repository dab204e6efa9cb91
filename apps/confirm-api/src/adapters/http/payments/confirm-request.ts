import { type JsonValue } from '@koosco/payment-contracts/json';
import { Money, OrderId } from '@koosco/payment-domain';
import { type Fault, integerIn, RequestFields } from '../server/request-fields';

export interface ConfirmRequest {
  readonly paymentKey: string;
  readonly orderId: OrderId;
  readonly amount: Money;
}

/**
 * The body of `POST /api/payments/confirm`. Digits are read as the number they are; nothing else is bent into shape.
 * @throws HttpError 400 `COMMON-400-004` naming every field that is wrong.
 */
export function confirmRequestOf(body: JsonValue): ConfirmRequest {
  const fields = new RequestFields(body);
  const paymentKey = fields.required('paymentKey', paymentKeyOf);
  const orderId = fields.required('orderId', integerIn({ min: 1n, max: OrderId.max }));
  const amount = fields.required('amount', integerIn({ min: 0n, max: Money.max }));
  fields.throwFaults();
  return { paymentKey: paymentKey ?? '', orderId: OrderId.of(orderId ?? 0n), amount: Money.krw(amount ?? 0n) };
}

/** Toss's own bound on the key is 200 characters; it is visible ASCII in every documented example. */
const PAYMENT_KEY = /^[\x21-\x7e]{1,200}$/;

/** No payment of Toss can be looked up under these: in a path they mean a folder, however they are encoded. */
const DOT_SEGMENTS = ['.', '..'];

function paymentKeyOf(value: JsonValue, fault: Fault): string | null {
  if (typeof value !== 'string') return fault('문자열이어야 합니다.');
  if (!PAYMENT_KEY.test(value)) return fault('1자 이상 200자 이하의 공백 없는 문자열이어야 합니다.');
  return DOT_SEGMENTS.includes(value) ? fault('사용할 수 없는 값입니다.') : value;
}
