import { type Shape } from './shape.js';

/**
 * JSON text of a value that {@link read} accepted for the same shape. Knowing the shape, it need not look at names or
 * types again, and fields the shape does not know are not written.
 */
export function write(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'text':
      return JSON.stringify(value);
    case 'literal':
      return shape.json;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'nullable':
    case 'optional':
      return value === null ? 'null' : write(shape.of, value);
    case 'either':
      return typeof value === 'string' ? JSON.stringify(value) : write(shape.of[0], value);
    case 'list':
      return writeList(shape.of, value as readonly unknown[]);
    case 'object':
      return writeObject(shape, value as Readonly<Record<string, unknown>>);
  }
}

function writeList(of: Shape, values: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ',';
    text += write(of, values[index]);
  }
  return `${text}]`;
}

function writeObject({ fields }: Extract<Shape, { kind: 'object' }>, value: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const { name, nameText, shape } of fields) {
    const member = value[name];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += nameText + write(shape, member);
  }
  return `${text}}`;
}
