import { type Admin, Partitioners } from 'kafkajs';
import { type KafkaRecord } from '../consume/record-batch';
import { type KafkaClient } from '../kafka-client';
import { type OffsetRange, type Part, readParts } from './read-parts';

/** Where records of one key are looked for. */
export interface KeyWindow {
  readonly topic: string;
  readonly key: string;
  /** By the time that each record carries; both ends are looked at. */
  readonly from: Date;
  readonly to: Date;
}

/** A window, and where it lies on its topic. */
export interface LookedThrough extends KeyWindow {
  readonly partition: number;
  /** What was there when it began is no longer kept by the topic, or may not be. */
  readonly isCut: boolean;
}

export interface FoundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly record: KafkaRecord;
}

export interface FoundKeys {
  readonly windows: readonly LookedThrough[];
  /** Records of any of the windows with a key of one, in the order of their partition. */
  readonly records: readonly FoundRecord[];
}

/**
 * Finds the records of some keys without reading topics whole: a key's partition is the one that Kafka's own producers choose
 * for it (murmur2), and the offsets of a window come from the times of records. Leaves no trace.
 * @param limits `recordsMax` is how many records of any key may have to be read for that.
 * @throws when the broker does not answer, a topic is missing, or a limit is passed.
 */
export async function readKeys(
  kafka: KafkaClient,
  windows: readonly KeyWindow[],
  limits: { readonly deadlineMs: number; readonly recordsMax: number },
): Promise<FoundKeys> {
  const admin = kafka.admin();
  await admin.connect();
  let placed: readonly Placed[];
  try {
    placed = await place(admin, windows);
  } finally {
    await admin.disconnect();
  }
  const parts = partsOf(placed);
  const toRead = parts.flatMap(({ ranges }) => ranges).reduce((sum, { start, end }) => sum + (end - start), 0n);
  if (toRead > BigInt(limits.recordsMax)) {
    throw new Error(`${toRead} records would have to be read, more than ${limits.recordsMax}`);
  }
  const keys = new Set(windows.map(({ topic, key }) => `${topic} ${key}`));
  const found = new Map<string, FoundRecord>();
  await readParts(kafka, parts, limits.deadlineMs, ({ topic, partition, records }) => {
    for (const record of records) {
      if (record.key === null || !keys.has(`${topic} ${record.key.toString()}`)) continue;
      found.set(`${topic}/${partition}/${record.offset}`, { topic, partition, record });
    }
  });
  return { windows: placed.map(({ window }) => window), records: [...found.values()] };
}

interface Placed {
  readonly window: LookedThrough;
  readonly range: OffsetRange;
}

async function place(admin: Admin, windows: readonly KeyWindow[]): Promise<readonly Placed[]> {
  const topics = [...new Set(windows.map(({ topic }) => topic))];
  if (topics.length === 0) return [];
  const metadata = await admin.fetchTopicMetadata({ topics });
  const bounds = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)),
  );
  const choose = Partitioners.DefaultPartitioner();
  return Promise.all(
    windows.map(async (window): Promise<Placed> => {
      const { topic, key, from, to } = window;
      const partitionMetadata = metadata.topics.find(({ name }) => name === topic)?.partitions ?? [];
      const partition = choose({ topic, partitionMetadata, message: { key, value: null } });
      const [starts, ends] = await Promise.all([
        admin.fetchTopicOffsetsByTimestamp(topic, from.getTime()),
        admin.fetchTopicOffsetsByTimestamp(topic, to.getTime() + 1),
      ]);
      const offsetIn = (of: readonly { readonly partition: number; readonly offset: string }[]) =>
        BigInt(of.find((one) => one.partition === partition)?.offset ?? 0);
      const low = BigInt(bounds.get(topic)?.find((one) => one.partition === partition)?.low ?? 0);
      const range = { start: offsetIn(starts), end: offsetIn(ends) };
      return { window: { ...window, partition, isCut: low > 0n && range.start <= low }, range };
    }),
  );
}

/** Windows of one partition that overlap are read once. */
function partsOf(placed: readonly Placed[]): readonly Part[] {
  const parts = new Map<string, Part & { ranges: OffsetRange[] }>();
  const inOrder = [...placed].sort(({ range: a }, { range: b }) =>
    a.start < b.start ? -1 : a.start > b.start ? 1 : 0,
  );
  for (const { window, range } of inOrder) {
    if (range.start >= range.end) continue;
    const { topic, partition } = window;
    const name = `${topic}/${partition}`;
    const part = parts.get(name) ?? { topic, partition, ranges: [] };
    parts.set(name, part);
    const last = part.ranges.at(-1);
    if (last === undefined || last.end < range.start) part.ranges.push(range);
    else part.ranges[part.ranges.length - 1] = { start: last.start, end: last.end > range.end ? last.end : range.end };
  }
  return [...parts.values()];
}
