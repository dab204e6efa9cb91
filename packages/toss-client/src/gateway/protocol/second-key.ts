/**
 * The only further idempotency key a request may ever use. It follows from the first, so that whoever repeats the
 * request after a crash uses the same two keys. Toss takes 300 characters; our first keys are UUIDs.
 */
export function secondKeyOf(firstKey: string): string {
  return `${firstKey}.2`;
}
