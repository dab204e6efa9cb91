import { type Direction } from './event-catalog.js';

interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/**
 * What in `next` would break somebody who still works by `previous`, one sentence each.
 * Inbound, whoever produced valid events must still produce valid events: nothing accepted may become refused.
 * Outbound, whoever could read our events must still be able to: nothing may appear that used to be impossible, and
 * nothing may go missing. A field that exists is never removed in either direction.
 */
export function breakingChanges(previous: unknown, next: unknown, direction: Direction): readonly string[] {
  return [...changesAt('', previous as Schema, next as Schema, direction)];
}

function* changesAt(path: string, previous: Schema, next: Schema, direction: Direction): Generator<string> {
  const where = path === '' ? 'the event' : path;
  // Accepting more is safe for those who send, saying less is safe for those who listen.
  const [narrower, wider] = direction === 'inbound' ? [next, previous] : [previous, next];
  const allowed = typesOf(narrower);
  const lost = [...typesOf(wider)].filter((type) => !allowed.has(type));
  if (lost.length > 0)
    yield `${where}: type ${lost.join(', ')} ${direction === 'inbound' ? 'no longer accepted' : 'is new'}`;
  if (narrower.const !== undefined && narrower.const !== wider.const) yield `${where}: another constant`;
  if (narrower.pattern !== undefined && narrower.pattern !== wider.pattern) yield `${where}: another pattern`;
  for (const bound of ['minimum', 'minLength'] as const) {
    if ((narrower[bound] ?? -Infinity) > (wider[bound] ?? -Infinity)) yield `${where}: another ${bound}`;
  }
  for (const bound of ['maximum', 'maxLength'] as const) {
    if ((narrower[bound] ?? Infinity) < (wider[bound] ?? Infinity)) yield `${where}: another ${bound}`;
  }
  yield* fieldChanges(path, previous, next, direction);
  if (previous.items !== undefined) yield* changesAt(`${path}[]`, previous.items, next.items ?? {}, direction);
}

function* fieldChanges(path: string, previous: Schema, next: Schema, direction: Direction): Generator<string> {
  const [before, after] = [previous.properties ?? {}, next.properties ?? {}];
  const [required, requires] = [new Set(previous.required), new Set(next.required)];
  for (const [name, schema] of Object.entries(before)) {
    const field = path === '' ? name : `${path}.${name}`;
    const successor = after[name];
    if (successor === undefined) yield `${field}: removed`;
    else yield* changesAt(field, schema, successor, direction);
    if (direction === 'outbound' && required.has(name) && !requires.has(name)) yield `${field}: no longer certain`;
  }
  if (direction === 'outbound') return;
  for (const name of requires) {
    if (!required.has(name)) yield `${path === '' ? name : `${path}.${name}`}: newly required`;
  }
}

function typesOf({ type, anyOf }: Schema): ReadonlySet<string> {
  if (anyOf !== undefined) return new Set(anyOf.flatMap((schema) => [...typesOf(schema)]));
  return new Set(type === undefined || typeof type === 'string' ? [type ?? 'anything'] : type);
}
