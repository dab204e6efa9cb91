/** What JSON text can say. A `bigint` stands for an integer beyond ±(2^53 - 1), where a `number` would be another number. */
export type JsonValue =
  null | boolean | number | bigint | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };
