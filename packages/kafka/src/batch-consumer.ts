import { backOffDelayMs, type Logger } from '@koosco/payment-observability';
import { type Consumer, type EachBatchPayload, type Kafka, type KafkaMessage } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';

export type KafkaRecord = KafkaMessage;

/** Records of one partition, in order, none left out. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
}

export interface BatchConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /**
   * Makes the effects of a batch durable. When it throws, the same batch is given to it again after a pause, as often
   * as it takes: an outage must not lose a record, and the order of a partition is kept. So it throws only for what
   * time can mend, and deals with everything else itself.
   */
  readonly handle: (batch: RecordBatch) => Promise<void>;
  readonly logger: Logger;
  /** Told when kafkajs has given up; the process should end, so that its supervisor starts a fresh one. */
  readonly onCrash: (error: Error) => void;
}

/** A dead member's partitions are given to others after this long. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/** A batch should be large enough to fill a transaction: fetches come per partition and broker. */
const FETCH_BYTES_MAX = 1_048_576;

/**
 * Consumes topics at least once: offsets are committed after {@link BatchConsumerOptions.handle} has returned, never
 * before. While a batch is handled or waits for its next try, the member keeps telling the group that it lives.
 */
export class BatchConsumer {
  readonly #consumer: Consumer;
  readonly #stopping = new AbortController();
  #lastActivityAt = performance.now();

  private constructor(private readonly options: BatchConsumerOptions) {
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      allowAutoTopicCreation: false,
      // Joining a group again costs seconds; kafkajs does it by itself for errors that pass.
      retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
  }

  /** Joins the group. A group without offsets begins with the oldest record: orders may be waiting. */
  static async start(options: BatchConsumerOptions): Promise<BatchConsumer> {
    const self = new BatchConsumer(options);
    const consumer = self.#consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) options.onCrash(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => self.#eachBatch(payload),
    });
    return self;
  }

  /** Milliseconds since a batch began, was tried again or ended: with records waiting, a long silence means stuck. */
  get idleMs(): number {
    return performance.now() - this.#lastActivityAt;
  }

  /** Lets the batch under way end, or gives up its next try, and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#consumer.disconnect();
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages: records } = payload.batch;
    const last = records.at(-1);
    if (last === undefined) return;

    const heartbeats = this.#keepSession(payload);
    try {
      const isHandled = await this.#handleUntilDone({ topic, partition, records }, payload);
      if (!isHandled) return;
    } finally {
      clearInterval(heartbeats);
    }
    payload.resolveOffset(last.offset);
    await this.#consumer.commitOffsets([{ topic, partition, offset: (BigInt(last.offset) + 1n).toString() }]);
    this.#lastActivityAt = performance.now();
  }

  /** @returns false when the batch is somebody else's by now, or will be: it is not committed then. */
  async #handleUntilDone(batch: RecordBatch, payload: EachBatchPayload): Promise<boolean> {
    const { handle, logger } = this.options;
    for (let failures = 0; ;) {
      this.#lastActivityAt = performance.now();
      if (!payload.isRunning() || payload.isStale() || this.#stopping.signal.aborted) return false;
      try {
        await handle(batch);
        return true;
      } catch (error) {
        failures += 1;
        const { topic, partition } = batch;
        const offset = batch.records[0]?.offset;
        logger.warn({ err: error, topic, partition, offset, failures }, 'batch failed; it is tried again');
      }
      const delayMs = backOffDelayMs({ retryDelayMs: 100, retryDelayMsMax: 5_000 }, failures, Math.random());
      await delay(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #keepSession(payload: EachBatchPayload): NodeJS.Timeout {
    // A heartbeat that fails means a rebalance or a broker that is away; the commit will say so, and the group with it.
    return setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_INTERVAL_MS);
  }
}
