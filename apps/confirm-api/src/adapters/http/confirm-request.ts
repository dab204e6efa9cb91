import { type JsonValue } from '@koosco/payment-contracts/json';
import { Money, OrderId } from '@koosco/payment-domain';
import { commonErrorCodes } from './error-codes';
import { type FieldError, HttpError } from './http-error';

export interface ConfirmRequest {
  readonly paymentKey: string;
  readonly orderId: OrderId;
  readonly amount: Money;
}

/**
 * The body of `POST /api/payments/confirm`. The success URL hands the front end its parameters as text, so numbers may
 * arrive as digits; nothing else is bent into shape.
 * @throws HttpError 400 `COMMON-400-004` naming every field that is wrong.
 */
export function confirmRequestOf(body: JsonValue): ConfirmRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(commonErrorCodes.UNREADABLE_REQUEST);
  }
  const fieldErrors: FieldError[] = [];
  const fault = (field: string, reason: string): null => {
    fieldErrors.push({ field, reason });
    return null;
  };
  const fields = body as { readonly [field: string]: JsonValue };

  const paymentKey = paymentKeyOf(fields['paymentKey'], (reason) => fault('paymentKey', reason));
  const orderId = integerOf(fields['orderId'], { min: 1n, max: OrderId.max }, (reason) => fault('orderId', reason));
  const amount = integerOf(fields['amount'], { min: 0n, max: Money.max }, (reason) => fault('amount', reason));
  if (paymentKey === null || orderId === null || amount === null) {
    throw new HttpError(commonErrorCodes.INVALID_FIELDS, { fieldErrors });
  }
  return { paymentKey, orderId: OrderId.of(orderId), amount: Money.krw(amount) };
}

type Fault = (reason: string) => null;

/** Toss's own bound on the key is 200 characters; it is visible ASCII in every documented example. */
const PAYMENT_KEY = /^[\x21-\x7e]{1,200}$/;

/** No payment of Toss can be looked up under these: in a path they mean a folder, however they are encoded. */
const DOT_SEGMENTS = ['.', '..'];

function paymentKeyOf(value: JsonValue | undefined, fault: Fault): string | null {
  if (value === undefined || value === null) return fault('필수 값입니다.');
  if (typeof value !== 'string') return fault('문자열이어야 합니다.');
  if (!PAYMENT_KEY.test(value)) return fault('1자 이상 200자 이하의 공백 없는 문자열이어야 합니다.');
  return DOT_SEGMENTS.includes(value) ? fault('사용할 수 없는 값입니다.') : value;
}

function integerOf(value: JsonValue | undefined, range: { min: bigint; max: bigint }, fault: Fault): bigint | null {
  if (value === undefined || value === null) return fault('필수 값입니다.');
  const integer = wholeNumber(value);
  if (integer === null) return fault('정수여야 합니다.');
  return integer >= range.min && integer <= range.max
    ? integer
    : fault(`${range.min} 이상 ${range.max} 이하여야 합니다.`);
}

/** As an integer is written: `007` would be a second name of order 7. */
const INTEGER = /^(0|-?[1-9][0-9]*)$/;

function wholeNumber(value: JsonValue): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  return null;
}
