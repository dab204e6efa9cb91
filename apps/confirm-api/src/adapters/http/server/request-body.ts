import { type JsonValue } from '@koosco/payment-contracts/json';
import { commonErrorCodes } from '../errors/error-codes';
import { type FieldError, HttpError } from '../errors/http-error';

/** JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Notes what is wrong with a field. */
export type Fault = (reason: string) => null;

/** A field of a body: what the document says of it, and how it is read. */
export interface Field<T> {
  readonly schema: Schema;
  readonly isOptional?: boolean;
  /** Null where `fault` was told what is wrong, and where an optional field is missing. */
  readonly read: (value: JsonValue, fault: Fault) => T | null;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T>
    ? F[Name]['isOptional'] extends true
      ? T | null
      : T
    : never;
};

/** The body of a request, told once: parsed by this, and documented by this. */
export class RequestBody<F extends Fields> {
  readonly schema: Schema;

  constructor(
    private readonly fields: F,
    examples: readonly unknown[],
  ) {
    const names = Object.keys(fields);
    this.schema = {
      type: 'object',
      required: names.filter((name) => fields[name]?.isOptional !== true),
      properties: Object.fromEntries(names.map((name) => [name, fields[name]?.schema])),
      examples,
    };
  }

  /**
   * @throws HttpError 400 `COMMON-400-001` when it is no object, `COMMON-400-004` naming every field that is wrong.
   */
  read(body: JsonValue): Values<F> {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new HttpError(commonErrorCodes.UNREADABLE_REQUEST);
    }
    const given = body as { readonly [field: string]: JsonValue };
    const faults: FieldError[] = [];
    const values = Object.entries(this.fields).map(([field, { isOptional, read }]) => {
      const fault: Fault = (reason) => {
        faults.push({ field, reason });
        return null;
      };
      const value = given[field] ?? null;
      if (value !== null) return [field, read(value, fault)];
      return [field, isOptional === true ? null : fault('필수 값입니다.')];
    });
    if (faults.length > 0) throw new HttpError(commonErrorCodes.INVALID_FIELDS, { fieldErrors: faults });
    // Without a fault each of them is what its field reads.
    return Object.fromEntries(values) as Values<F>;
  }
}

/** Missing and null are the same. */
export function optional<T>({ schema, read }: Field<T>): Field<T> & { readonly isOptional: true } {
  const { oneOf, description, ...rest } = schema;
  const choices = Array.isArray(oneOf) ? (oneOf as readonly Schema[]) : [rest];
  return { schema: { description, oneOf: [...choices, { type: 'null' }] }, read, isOptional: true };
}

/**
 * The success URL hands the front end its parameters as text, so numbers may arrive as digits.
 * @param from what is made of the number.
 */
export function wholeNumber<T>(
  range: { readonly min: 0n | 1n; readonly max: bigint },
  description: string,
  from: (integer: bigint) => T,
): Field<T> {
  const furtherDigits = `[0-9]{0,${String(range.max).length - 1}}`;
  const pattern = range.min === 0n ? `^(0|[1-9]${furtherDigits})$` : `^[1-9]${furtherDigits}$`;
  const number = { type: 'integer', format: 'int64', minimum: Number(range.min), maximum: range.max };
  return {
    schema: { description, oneOf: [number, { type: 'string', pattern, description: `At most ${range.max}` }] },
    read: (value, fault) => {
      const integer = integerOf(value);
      if (integer === null) return fault('정수여야 합니다.');
      return integer >= range.min && integer <= range.max
        ? from(integer)
        : fault(`${range.min} 이상 ${range.max} 이하여야 합니다.`);
    },
  };
}

/** As an integer is written: `007` would be a second name of order 7. */
const INTEGER = /^(0|-?[1-9][0-9]*)$/;

function integerOf(value: JsonValue): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  return null;
}
