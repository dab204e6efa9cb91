import { backOffDelayMs, type Logger } from '@koosco/payment-observability';
import { type Consumer, type EachBatchPayload, type Kafka, type KafkaMessage } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Assignment } from './assignment';

export type KafkaRecord = KafkaMessage & {
  /** Every header in order, from the patched decoder. */
  readonly headerList?: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[];
  /** The same as they came, without their number. */
  readonly headerBytes?: Buffer;
  /** Set where a whole batch could not be unpacked: why. Its value is the batch as it was packed, its offset the last one. */
  readonly unreadable?: string;
};

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
 * How long an idle broker holds a fetch. Records end it at once, but a stop or a rebalance waits for it: with kafkajs's
 * 5 s a deployment of idle workers would stand still for that long, several times over.
 */
const FETCH_WAIT_MS_MAX = 1_000;

/**
 * Consumes topics at least once: offsets are committed after {@link BatchConsumerOptions.handle} has returned, never
 * before. While a batch is handled or waits for its next try, the member keeps telling the group that it lives. When
 * the group no longer agrees, a batch that waits for its next try is given up: whoever has the partition then, perhaps
 * this member again, begins with it.
 */
export class BatchConsumer {
  readonly #consumer: Consumer;
  readonly #stopping = new AbortController();
  #assignment: Assignment | null = null;
  #lastActivityAt = performance.now();

  private constructor(private readonly options: BatchConsumerOptions) {
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      maxWaitTimeInMs: FETCH_WAIT_MS_MAX,
      allowAutoTopicCreation: false,
      // Joining a group again costs seconds; kafkajs does it by itself for errors that pass.
      retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
  }

  /**
   * Joins the group. A group without offsets begins with the oldest record: orders may be waiting.
   * @throws when the broker cannot be reached; nothing is left open then.
   */
  static async start(options: BatchConsumerOptions): Promise<BatchConsumer> {
    const self = new BatchConsumer(options);
    const consumer = self.#consumer;
    self.#followMembership();
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
      await consumer.run({
        // kafkajs commits what was resolved and nothing else, and only #eachBatch resolves. Its own commit, unlike
        // Consumer.commitOffsets, also works while stopping and does not take a rebalance for a fatal error.
        eachBatchAutoResolve: false,
        // Control records of transactions are resolved by kafkajs itself; uncommitted, they would count as lag for ever.
        autoCommitThreshold: 1,
        eachBatch: (payload) => self.#eachBatch(payload),
      });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw error;
    }
    return self;
  }

  /** The partitions that this member has; null while it is in no group, because kafkajs is still trying to get in. */
  get assignment(): Assignment | null {
    return this.#assignment;
  }

  /** Milliseconds since a batch began, was tried again or ended: with records waiting, a long silence means stuck. */
  get idleMs(): number {
    return performance.now() - this.#lastActivityAt;
  }

  /** Lets the batch under way end and commits it, or gives up its next try, and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#consumer.disconnect();
  }

  #followMembership(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#assignment = payload.memberAssignment;
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#assignment = null;
      if (!payload.restart) this.options.onCrash(payload.error);
    });
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages: records } = payload.batch;
    const last = records.at(-1);
    if (last === undefined) return;

    const session = keepSession(payload);
    try {
      const isHandled = await this.#handleUntilDone({ topic, partition, records }, payload, session);
      if (!isHandled) return;
    } finally {
      session.end();
    }
    payload.resolveOffset(last.offset);
    this.#lastActivityAt = performance.now();
  }

  /**
   * @returns false when this consumer stops before a try has succeeded.
   * @throws the error of a heartbeat, for kafkajs to act on: it joins the group again.
   */
  async #handleUntilDone(batch: RecordBatch, payload: EachBatchPayload, session: Session): Promise<boolean> {
    const { handle, logger } = this.options;
    for (let failures = 0; ;) {
      this.#lastActivityAt = performance.now();
      if (!payload.isRunning() || this.#stopping.signal.aborted) return false;
      const loss = session.loss();
      if (loss !== null) throw loss;
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
}

interface Session {
  /** Why the last heartbeat failed: the group is being shared out anew, or the broker is away. */
  loss(): Error | null;
  end(): void;
}

function keepSession(payload: EachBatchPayload): Session {
  let loss: Error | null = null;
  const beat = () =>
    payload.heartbeat().then(
      () => (loss = null),
      (error: unknown) => (loss = error as Error),
    );
  // kafkajs leaves out a beat that comes a millisecond early; asked twice as often, it is late by half an interval at most.
  const timer = setInterval(() => void beat(), HEARTBEAT_INTERVAL_MS / 2);
  return { loss: () => loss, end: () => clearInterval(timer) };
}
