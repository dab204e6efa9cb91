import { type CloudEvent } from '../cloud-event.js';

/**
 * What tells an event from every other, and is the same in every redelivery: its source and id, at most 511 characters.
 * Keep it in a column that compares bytes (`COLLATE utf8mb4_bin`, `text` in PostgreSQL): ids are case-sensitive.
 */
export function dedupeKeyOf({ source, id }: Pick<CloudEvent<string, unknown>, 'source' | 'id'>): string {
  // A source holds no space, so the first one ends it.
  return `${source} ${id}`;
}
