import { type Logger } from '@koosco/payment-telemetry';
import { backOffDelayMs } from '@koosco/payment-worker';
import { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Assignment } from './assignment';
import { PartitionLane } from './partition-lane';
import { partitionName } from './partition-name';
import { type PartitionProgress } from './partition-progress';
import { type RecordBatch } from './record-batch';
import { Tenure } from './tenure';

export interface BatchConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /**
   * Makes the effects of a batch durable. When it throws, the same batch, the same object, is given to it again after a
   * pause, as often as it takes: an outage must not lose a record, and the order of a partition is kept. So it throws
   * only for what time can mend, and deals with everything else itself. After a rebalance the same records come in
   * another object. Batches of different partitions are given to it at once.
   */
  readonly handle: (batch: RecordBatch) => Promise<void>;
  readonly logger: Logger;
  /** Told when kafkajs has given up; the process should end, so that its supervisor starts a fresh one. */
  readonly onCrash: (error: Error) => void;
}

/** A dead member's partitions are given to others after this long. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/** How long the group waits in a rebalance for a member with work under way, and so how long that work is waited for. */
const REBALANCE_TIMEOUT_MS = 20_000;
/**
 * Of each partition: about what a transaction of 500 orders takes. With a megabyte a worker of six partitions is no faster, and
 * larger by 20 MB.
 */
const FETCH_BYTES_MAX = 262_144;
/**
 * How long an idle broker holds a fetch. Records end it at once, but a stop or a rebalance waits for it: with kafkajs's
 * 5 s a deployment of idle workers would stand still for that long, several times over.
 */
const FETCH_WAIT_MS_MAX = 1_000;
/** A partition that takes longer for a batch does not hold the next fetch of the others. Most batches take less. */
const PATIENCE_MS = 250;
/**
 * Batches of one fetch that are handled at once; each takes a connection of the database. With eight a worker of two cores is no faster,
 * and larger by 15 MB.
 */
const PARTITIONS_AT_ONCE = 4;
const COMMIT_BACK_OFF = { retryDelayMs: 100, retryDelayMsMax: 2_000 };

/**
 * Consumes topics at least once: offsets are committed after {@link BatchConsumerOptions.handle} has returned, never
 * before. Each partition is in order within itself, and waits for no other: one whose batch fails or takes long is set
 * aside, that is paused and worked on by itself, while kafkajs goes on fetching the others and telling the group that
 * this member lives. Before partitions are given to others, in a rebalance or a stop, the tries under way are waited for
 * and committed, and the next ones are given up: whoever has the partition then begins with that batch.
 */
export class BatchConsumer {
  readonly #consumer: Consumer;
  readonly #lanes = new Map<string, PartitionLane>();
  #assignment: Assignment | null = null;
  #tenure: Tenure | null = null;

  private constructor(private readonly options: BatchConsumerOptions) {
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
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
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => self.#eachBatch(payload),
        releasePartitions: () => self.#release(),
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

  /** How each partition of this member goes on; none while it is in no group. */
  get partitions(): readonly PartitionProgress[] {
    const lanes = this.#assignment === null ? [] : [...this.#lanes.values()];
    return lanes.map(({ progress }) => progress).filter(({ topic, partition }) => this.#has(topic, partition));
  }

  /** Lets the tries under way end and commits them, gives up those that wait for their turn, and leaves the group. */
  async stop(): Promise<void> {
    await this.#consumer.disconnect();
    // Where kafkajs was between a crash and its next start, it had nothing to leave.
    await this.#release();
  }

  #followMembership(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#assignment = payload.memberAssignment;
      this.#tenure = new Tenure();
      this.#openLanes(payload.memberAssignment);
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#assignment = null;
      if (!payload.restart) this.options.onCrash(payload.error);
    });
  }

  #openLanes(assignment: Assignment): void {
    // One that is still at work outlived its tenure: if its partition comes back, its batch must not be begun twice.
    for (const [name, lane] of this.#lanes) {
      const { topic, partition } = lane.progress;
      if (!lane.isBusy && !this.#has(topic, partition)) this.#lanes.delete(name);
    }
    const { handle, logger } = this.options;
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const name = partitionName({ topic, partition });
        if (!this.#lanes.has(name)) this.#lanes.set(name, new PartitionLane({ topic, partition, handle, logger }));
      }
    }
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages: records } = payload.batch;
    const last = records.at(-1);
    if (last === undefined) return;
    const lane = this.#has(topic, partition) ? this.#lanes.get(partitionName({ topic, partition })) : undefined;
    const tenure = this.#tenure;
    if (lane === undefined || lane.isBusy || tenure === null || tenure.ending.aborted) {
      // Fetched for a tenure that ends or has ended. It is not resolved, so whoever has the partition fetches it again.
      await delay(PATIENCE_MS);
      return;
    }

    const heartbeat = () => payload.heartbeat();
    const patience = new AbortController();
    const work = lane
      .work(records, tenure.ending, () => patience.abort())
      .then((isHandled) => {
        if (isHandled && !tenure.isOver) payload.resolveOffset(last.offset);
      });
    tenure.add(work, heartbeat);
    const isSlow = delay(PATIENCE_MS, undefined, { signal: patience.signal }).then(
      () => true,
      () => true,
    );
    const isSetAside = await Promise.race([work.then(() => false), isSlow]);
    patience.abort();
    // Done: kafkajs commits what is resolved when this returns.
    if (!isSetAside) return;

    const resume = payload.pause();
    tenure.add(work.then(() => commit(payload, tenure)).finally(resume), heartbeat);
  }

  /** kafkajs waits for this before it joins again or leaves, when others may get the partitions. */
  async #release(): Promise<void> {
    const underWay = this.partitions.filter(({ batch }) => batch !== null);
    if (underWay.length > 0) {
      const { groupId, logger } = this.options;
      logger.info({ groupId, underWay }, 'partitions are asked back: waiting for the batches under way');
    }
    await this.#tenure?.end({ waitMsMax: REBALANCE_TIMEOUT_MS, heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS / 2 });
  }

  #has(topic: string, partition: number): boolean {
    return this.#assignment?.[topic]?.includes(partition) === true;
  }
}

/** Until it succeeds or the tenure ends, which the fetches of the other partitions notice. Never rejects. */
async function commit(payload: EachBatchPayload, { ending }: Tenure): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    try {
      await payload.commitOffsetsIfNecessary();
      return;
    } catch {
      if (ending.aborted) return;
      const delayMs = backOffDelayMs(COMMIT_BACK_OFF, failures, Math.random());
      await delay(delayMs, undefined, { signal: ending }).catch(() => undefined);
    }
  }
}
