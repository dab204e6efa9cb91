/**
 * What a value on the wire looks like. From this one description come the TypeScript type ({@link TypeOf}), the
 * reader and the writer of this package, and the published JSON Schemas.
 */
export type Shape =
  | { readonly kind: 'boolean' }
  /** `json` is the value as JSON text, made once. */
  | { readonly kind: 'literal'; readonly value: string; readonly json: string }
  | {
      readonly kind: 'text';
      readonly lengthMin: number;
      readonly lengthMax: number;
      readonly format: Format | undefined;
    }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'bigint'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | { readonly kind: 'optional'; readonly of: Shape }
  | { readonly kind: 'either'; readonly of: readonly [Shape, Shape] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: readonly Field[] };

interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isOptional: boolean;
  /** The name as JSON text with its colon, made once. */
  readonly nameText: string;
}

/** A pattern of its own text, in the dialect JavaScript and JSON Schema share, and how to say it to a person. */
export interface Format {
  readonly pattern: RegExp;
  readonly name: string;
}

/** A shape that remembers, for the compiler alone, the type it describes. */
export type Typed<T, Optional extends boolean = false> = Shape & { readonly type: T; readonly isOptional: Optional };

export type TypeOf<S> = S extends { readonly type: infer T } ? T : never;

type Members = Readonly<Record<string, Shape>>;
type OptionalNames<M> = { [K in keyof M]: M[K] extends { readonly isOptional: true } ? K : never }[keyof M];
export type Flat<T> = { readonly [K in keyof T]: T[K] };
export type ObjectOf<M> = Flat<
  { [K in keyof M as K extends OptionalNames<M> ? never : K]: TypeOf<M[K]> } & {
    [K in keyof M as K extends OptionalNames<M> ? K : never]?: TypeOf<M[K]>;
  }
>;

const typed = <T, Optional extends boolean = false>(shape: Shape) => shape as Typed<T, Optional>;

export const boolean = () => typed<boolean>({ kind: 'boolean' });

export const literal = <const V extends string>(value: V) =>
  typed<V>({ kind: 'literal', value, json: JSON.stringify(value) });

export const text = ({ min = 1, max = 255, format }: { min?: number; max?: number; format?: Format } = {}) =>
  typed<string>({ kind: 'text', lengthMin: min, lengthMax: max, format });

/** A count or a time: an integer that is exact as a `number`. */
export const count = (min: number, max = Number.MAX_SAFE_INTEGER) => typed<number>({ kind: 'number', min, max });

/** An id that the platform stores as a signed 64-bit integer. */
export const id64 = () => typed<bigint>({ kind: 'bigint', min: 1n, max: 9_223_372_036_854_775_807n });

/** Whole won: at most 2^53 - 1, so that it is the same number in every JSON parser. */
export const won = (min = 0n) => typed<bigint>({ kind: 'bigint', min, max: 9_007_199_254_740_991n });

export const nullable = <T>(of: Typed<T>) => typed<T | null>({ kind: 'nullable', of });

/** May be left out; `null` counts as left out, since half of the world's serializers write it for that. */
export const optional = <T>(of: Typed<T>) => typed<T, true>({ kind: 'optional', of });

export const either = <A, B>(a: Typed<A>, b: Typed<B>) => typed<A | B>({ kind: 'either', of: [a, b] });

export const list = <T>(of: Typed<T>) => typed<readonly T[]>({ kind: 'list', of });

export const object = <const M extends Members>(members: M) =>
  typed<ObjectOf<M>>({
    kind: 'object',
    fields: Object.entries(members).map(([name, shape]) => ({
      name,
      shape: shape.kind === 'optional' ? shape.of : shape,
      isOptional: shape.kind === 'optional',
      nameText: `${JSON.stringify(name)}:`,
    })),
  });
