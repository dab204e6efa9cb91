import { setImmediate } from 'node:timers/promises';
import { type KafkaRecord } from './record-batch';

/** What is done with a slice in one go takes milliseconds: some 20 µs for a record, some 20 ms for its bytes as JSON. */
const RECORDS_MAX = 500;
const BYTES_MAX = 262_144;

/**
 * Everything in its order, in slices that are small enough to be worked on in one go; between two of them, everything
 * else in the process has its turn. A batch may hold 250,000 records: heartbeats and health checks cannot wait for that.
 */
export async function* slicesOf<Item>(
  items: readonly Item[],
  recordOf: (item: Item) => KafkaRecord,
): AsyncGenerator<readonly Item[]> {
  let slice: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(recordOf(item));
    // A record that is larger than a slice is a slice of its own.
    if (slice.length === RECORDS_MAX || (slice.length > 0 && bytes + more > BYTES_MAX)) {
      yield slice;
      await setImmediate();
      slice = [];
      bytes = 0;
    }
    slice.push(item);
    bytes += more;
  }
  if (slice.length > 0) yield slice;
}

function bytesOf({ key, value, headerBytes }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + (headerBytes?.length ?? 0);
}
