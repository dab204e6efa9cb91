import { type JsonValue } from '@koosco/payment-contracts/json';
import { commonErrorCodes } from '../errors/error-codes';
import { type FieldError, HttpError } from '../errors/http-error';

/** Notes what is wrong with a field. */
export type Fault = (reason: string) => null;

/** The fields of a JSON body, and everything that is wrong with them, to be told at once. */
export class RequestFields {
  readonly #faults: FieldError[] = [];
  readonly #fields: { readonly [field: string]: JsonValue };

  /** @throws HttpError 400 `COMMON-400-001` when the body is no object. */
  constructor(body: JsonValue) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new HttpError(commonErrorCodes.UNREADABLE_REQUEST);
    }
    this.#fields = body as { readonly [field: string]: JsonValue };
  }

  /** @returns null where it is missing or `read` has found a fault. */
  required<T>(field: string, read: (value: JsonValue, fault: Fault) => T | null): T | null {
    const value = this.#fields[field];
    const fault = this.#faultOf(field);
    return value === undefined || value === null ? fault('필수 값입니다.') : read(value, fault);
  }

  /** @returns null where it is missing, null, or `read` has found a fault. */
  optional<T>(field: string, read: (value: JsonValue, fault: Fault) => T | null): T | null {
    const value = this.#fields[field];
    return value === undefined || value === null ? null : read(value, this.#faultOf(field));
  }

  /** @throws HttpError 400 `COMMON-400-004` naming every field that is wrong, if one is. */
  throwFaults(): void {
    if (this.#faults.length === 0) return;
    throw new HttpError(commonErrorCodes.INVALID_FIELDS, { fieldErrors: this.#faults });
  }

  #faultOf(field: string): Fault {
    return (reason) => {
      this.#faults.push({ field, reason });
      return null;
    };
  }
}

/** The success URL hands the front end its parameters as text, so numbers may arrive as digits. */
export function integerIn(range: { readonly min: bigint; readonly max: bigint }) {
  return (value: JsonValue, fault: Fault): bigint | null => {
    const integer = wholeNumber(value);
    if (integer === null) return fault('정수여야 합니다.');
    return integer >= range.min && integer <= range.max
      ? integer
      : fault(`${range.min} 이상 ${range.max} 이하여야 합니다.`);
  };
}

/** As an integer is written: `007` would be a second name of order 7. */
const INTEGER = /^(0|-?[1-9][0-9]*)$/;

function wholeNumber(value: JsonValue): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  return null;
}
