import { type Shape } from './shape.js';
import { type InvalidField } from '../wire/invalid-field.js';

/**
 * @returns a copy with the fields of the shape and no others, integers as the shape has them. What it is when
 * `invalid` was added to has no meaning.
 */
export function read(
  shape: Shape,
  value: unknown,
  invalid: InvalidField[],
  parent = '',
  name: string | number = '',
): unknown {
  switch (shape.kind) {
    case 'text':
      if (typeof value === 'string' && isText(value, shape)) return value;
      break;
    case 'number':
      if (typeof value === 'number' && Number.isInteger(value) && value >= shape.min && value <= shape.max)
        return value;
      break;
    case 'bigint': {
      const integer = integerOf(value);
      if (integer !== undefined && integer >= shape.min && integer <= shape.max) return integer;
      break;
    }
    case 'literal':
      if (value === shape.value) return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'nullable':
      return value === null ? null : read(shape.of, value, invalid, parent, name);
    case 'optional':
      return value === null || value === undefined ? undefined : read(shape.of, value, invalid, parent, name);
    case 'either':
      return readEither(shape.of, value, invalid, parent, name);
    case 'list':
      if (Array.isArray(value)) return readList(shape.of, value, invalid, pathOf(parent, name));
      break;
    case 'object':
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return readObject(shape, value as Readonly<Record<string, unknown>>, invalid, pathOf(parent, name));
      }
      break;
  }
  refuse(shape, value, invalid, pathOf(parent, name));
  return undefined;
}

/** More than a page of reasons helps nobody, and foreign input decides how many there would be. */
const REASONS_MAX = 20;

function readObject(
  { fields }: Extract<Shape, { kind: 'object' }>,
  value: Readonly<Record<string, unknown>>,
  invalid: InvalidField[],
  path: string,
): unknown {
  const result: Record<string, unknown> = {};
  for (const { name, shape, isOptional } of fields) {
    const member = value[name];
    if (isOptional && (member === undefined || member === null)) continue;
    result[name] = read(shape, member, invalid, path, name);
  }
  return result;
}

function readList(of: Shape, values: readonly unknown[], invalid: InvalidField[], path: string): unknown {
  const result: unknown[] = [];
  for (let index = 0; index < values.length && invalid.length < REASONS_MAX; index++) {
    result.push(read(of, values[index], invalid, path, index));
  }
  return result;
}

function readEither(
  [first, second]: readonly [Shape, Shape],
  value: unknown,
  invalid: InvalidField[],
  parent: string,
  name: string | number,
): unknown {
  const refused: InvalidField[] = [];
  const result = read(first, value, refused);
  if (refused.length === 0) return result;
  const other = read(second, value, refused);
  if (refused.length === 1) return other;
  if (invalid.length < REASONS_MAX) {
    const reason = `${reasonFor(first)}, or ${reasonFor(second)}${butWas(value)}`;
    invalid.push({ field: pathOf(parent, name), reason });
  }
  return undefined;
}

/** Only made when it is needed: for things that hold others, and for refusals. */
function pathOf(parent: string, name: string | number): string {
  if (typeof name === 'number') return `${parent}[${name}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** A big integer arrives as `bigint`, any other as `number`; a `number` beyond ±(2^53 - 1) has lost its digits. */
function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

function isText(value: string, { lengthMin, lengthMax, format }: Extract<Shape, { kind: 'text' }>): boolean {
  if (value.length < lengthMin || value.length > 2 * lengthMax) return false;
  // JSON Schema counts characters, JavaScript their halves.
  if (value.length > lengthMax && Array.from(value).length > lengthMax) return false;
  return format === undefined || format.pattern.test(value);
}

function refuse(shape: Shape, value: unknown, invalid: InvalidField[], field: string): void {
  if (invalid.length >= REASONS_MAX) return;
  invalid.push({ field, reason: value === undefined ? 'is missing' : `${reasonFor(shape)}${butWas(value)}` });
}

function reasonFor(shape: Shape): string {
  switch (shape.kind) {
    case 'boolean':
      return 'must be true or false';
    case 'literal':
      return `must be ${JSON.stringify(shape.value)}`;
    case 'text':
      return `must be a string of ${shape.lengthMin} to ${shape.lengthMax} characters${shape.format ? `, ${shape.format.name}` : ''}`;
    case 'number':
    case 'bigint':
      return `must be an integer from ${shape.min} to ${shape.max}`;
    case 'nullable':
    case 'optional':
      return reasonFor(shape.of);
    case 'either':
      return shape.of.map(reasonFor).join(', or ');
    case 'list':
      return 'must be a list';
    case 'object':
      return 'must be an object';
  }
}

/** Says what kind of value it was, never the value: reasons end up in logs and headers. */
function butWas(value: unknown): string {
  if (value === null) return ', but was null';
  if (Array.isArray(value)) return ', but was a list';
  if (typeof value === 'string') return `, but was a string of ${value.length}`;
  if (typeof value === 'number' && !Number.isInteger(value)) return ', but was a number with a fraction';
  if (typeof value === 'number' || typeof value === 'bigint') return ', but was a number out of range';
  return `, but was of type ${typeof value}`;
}
