/**
 * `JSON.stringify` that prints a `bigint` as bare digits. Everything else is as there: `undefined` members are left
 * out, `toJSON` is honoured (not for `bigint`), numbers that are not finite become `null`, and so does a value that has
 * no JSON text.
 * @throws RangeError or TypeError for values that contain themselves.
 */
export function stringifyJson(value: unknown): string {
  return textOf(value) ?? 'null';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null) return textOfObject(value);
  return JSON.stringify(value);
}

function textOfObject(value: object): string | undefined {
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return textOf((value as { toJSON: () => unknown }).toJSON());
  if (Array.isArray(value)) return `[${value.map((element) => textOf(element) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    const text = textOf(member);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(',')}}`;
}
