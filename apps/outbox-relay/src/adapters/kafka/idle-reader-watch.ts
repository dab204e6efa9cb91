import { type BatchConsumer, type KafkaClient, LagWatch, partitionName } from '@koosco/payment-kafka';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_INTERVAL_MS = 10_000;
/** A reader with something to read and nothing in hand for this long will not go on by itself. */
const IDLE_MS_MAX = 60_000;

export interface ReadSource {
  readonly kafka: KafkaClient;
  readonly groupId: string;
  readonly topics: readonly string[];
}

/**
 * Watches that a consumer reads what there is to read in its partitions, until `signal` aborts. A broker that is away is nobody's
 * idleness.
 * @throws Error when it has been idle for a minute: only a fresh process is known to mend that.
 */
export async function watchIdleness(
  consumer: Pick<BatchConsumer, 'partitions'>,
  source: ReadSource,
  signal: AbortSignal,
  lookIntervalMs = LOOK_INTERVAL_MS,
): Promise<void> {
  /** Where the group was to go on in partitions that waited when they were last looked at. */
  let waiting = new Map<string, bigint>();
  for (;;) {
    await delay(lookIntervalMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const lags = new Map((await lagsOf(source)).map((lag) => [partitionName(lag), lag]));
    const waits = new Map<string, bigint>();
    for (const { batch, idleMs, ...place } of consumer.partitions) {
      const name = partitionName(place);
      const { lag = 0n, next = 0n } = lags.get(name) ?? {};
      if (batch !== null || lag === 0n || idleMs < IDLE_MS_MAX) continue;
      if (waiting.get(name) === next) throw new Error(`${lag} records of ${name} wait, and nothing reads them`);
      waits.set(name, next);
    }
    waiting = waits;
  }
}

async function lagsOf({ kafka, groupId, topics }: ReadSource) {
  try {
    const watch = await LagWatch.connect(kafka, groupId, topics);
    return await watch.readPartitions().finally(() => watch.close().catch(() => undefined));
  } catch {
    return [];
  }
}
