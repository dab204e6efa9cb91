import { type Logger } from '@koosco/payment-telemetry';
import { backOffDelayMs } from '@koosco/payment-worker';
import { setTimeout as delay } from 'node:timers/promises';
import { type PartitionProgress } from './partition-progress';
import { type RecordBatch } from './record-batch';

export interface PartitionLaneOptions {
  readonly topic: string;
  readonly partition: number;
  readonly handle: (batch: RecordBatch) => Promise<void>;
  readonly logger: Logger;
}

const BACK_OFF = { retryDelayMs: 100, retryDelayMsMax: 5_000 };
/** The first failures of a batch are told one by one; of those that follow, one in a while. */
const WARNINGS_AT_ONCE = 3;
const WARNING_INTERVAL_MS = 30_000;

/**
 * The way of one partition's records, a batch at a time, in order. A batch that fails is tried again by itself, with
 * pauses of its own: no other partition knows of it.
 */
export class PartitionLane {
  #batch: { readonly firstOffset: string; readonly since: number; failures: number; timestampMs: number } | null = null;
  #isBusy = false;
  #progressAt = performance.now();
  #heardAt = this.#progressAt;
  #warnedAt = 0;

  constructor(private readonly options: PartitionLaneOptions) {}

  /** Whether a batch is being handled or waits for its next try. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get progress(): PartitionProgress {
    const { topic, partition } = this.options;
    const now = performance.now();
    const batch = this.#isBusy ? this.#batch : null;
    return {
      topic,
      partition,
      idleMs: now - this.#progressAt,
      quietMs: now - this.#heardAt,
      batch: batch && {
        firstOffset: batch.firstOffset,
        timestampMs: batch.timestampMs,
        underWayMs: now - batch.since,
        failures: batch.failures,
      },
    };
  }

  /**
   * Gives the batch to the handler until it succeeds. Never rejects.
   * @param signal gives up the next try; the one under way is always waited for.
   * @param onFailure told of each try that failed.
   * @returns false when it was given up before a try had succeeded.
   */
  async work(records: RecordBatch['records'], signal: AbortSignal, onFailure: () => void): Promise<boolean> {
    const { topic, partition, handle } = this.options;
    const given: RecordBatch = { topic, partition, records };
    const batch = this.#begin(records);
    try {
      while (!signal.aborted) {
        try {
          await handle(given);
        } catch (error) {
          batch.failures += 1;
          this.#heardAt = performance.now();
          this.#warn(error);
          onFailure();
          await delay(backOffDelayMs(BACK_OFF, batch.failures, Math.random()), undefined, { signal }).catch(() => null);
          continue;
        }
        this.#succeed();
        return true;
      }
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  #begin(records: RecordBatch['records']) {
    const firstOffset = records[0]?.offset ?? '';
    // A rebalance ends the tries of a batch and brings it back: its history goes on, and with it its pauses.
    if (this.#batch?.firstOffset !== firstOffset) {
      const timestampMs = Number(records[0]?.timestamp);
      this.#batch = { firstOffset, since: performance.now(), failures: 0, timestampMs };
    }
    this.#isBusy = true;
    return this.#batch;
  }

  #succeed(): void {
    const { topic, partition, logger } = this.options;
    const { failures = 0, firstOffset: offset, since = 0 } = this.#batch ?? {};
    this.#batch = null;
    this.#progressAt = this.#heardAt = performance.now();
    if (failures > 0) {
      const stuckMs = Math.round(this.#progressAt - since);
      logger.info({ topic, partition, offset, failures, stuckMs }, 'partition goes on');
    }
  }

  #warn(error: unknown): void {
    const { topic, partition, logger } = this.options;
    const { failures = 0, firstOffset: offset, since = 0 } = this.#batch ?? {};
    const now = performance.now();
    if (failures > WARNINGS_AT_ONCE && now - this.#warnedAt < WARNING_INTERVAL_MS) return;
    this.#warnedAt = now;
    const stuckMs = Math.round(now - since);
    logger.warn({ err: error, topic, partition, offset, failures, stuckMs }, 'batch failed; it is tried again');
  }
}
