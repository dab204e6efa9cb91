import { type PublishedRecord } from '../ports/published-records';
import { type AroundEvent } from './audit-use-case';

/** An event is read back within a second; a relay that starts anew takes some more. */
const ON_ITS_WAY_MS = 60_000;

export interface PublicationFinding {
  readonly kind: 'unexplained' | 'open';
  readonly text: string;
}

/**
 * Each event of a period beside its record on its topic. A record that was sent twice is no difference: consumers know it by
 * its id. Of records before and after the period nothing is said.
 */
export function differencesOfPublication(
  around: readonly AroundEvent[],
  records: readonly PublishedRecord[],
  now: Date,
): readonly PublicationFinding[] {
  const found: PublicationFinding[] = [];
  const rows = new Map(around.map((event) => [event.id, event]));
  const within = [...rows.values()].filter(({ isWithin }) => isWithin);
  const [least, most] = within.reduce(
    ([low, high], { id }) => [id < low ? id : low, id > high ? id : high],
    [within[0]?.id ?? 0n, within[0]?.id ?? -1n],
  );
  const seen = new Set<bigint>();
  for (const { topic, partition, offset, outboxId, digest } of records) {
    const place = `${topic}[${partition}] at ${offset}`;
    if (outboxId === null) {
      found.push({ kind: 'unexplained', text: `a record on ${place} names no row of the outbox: it is not from here` });
      continue;
    }
    const row = rows.get(outboxId);
    if (row === undefined && (outboxId < least || outboxId > most)) continue;
    if (row?.topic === topic && row.digest === digest) seen.add(outboxId);
    else {
      const why = row === undefined ? 'which the outbox does not have' : 'and is not what that row says';
      found.push({ kind: 'unexplained', text: `a record on ${place} says to be outbox ${outboxId}, ${why}` });
    }
  }
  for (const { id, eventType, topic, isPublished, createdAt } of within) {
    if (seen.has(id)) continue;
    const isOld = isPublished || now.getTime() - createdAt.getTime() > ON_ITS_WAY_MS;
    const text = `${eventType} (outbox ${id}) is not on ${topic}${isPublished ? ', though it is marked PUBLISHED' : ''}`;
    found.push({ kind: isOld ? 'unexplained' : 'open', text });
  }
  return found;
}
