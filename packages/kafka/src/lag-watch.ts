import { type Admin, type Kafka } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Assignment } from './consume/assignment';

const LOOK_INTERVAL_MS = 200;

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records that the group has yet to commit; those of open transactions, which nobody is given yet, do not count. */
  readonly lag: bigint;
  /** Where the group goes on reading. */
  readonly next: bigint;
}

/** How many records of some topics a group has yet to commit. */
export class LagWatch {
  private constructor(
    private readonly admin: Admin,
    private readonly groupId: string,
    private readonly topics: readonly string[],
  ) {}

  static async connect(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<LagWatch> {
    const admin = kafka.admin();
    await admin.connect();
    return new LagWatch(admin, groupId, topics);
  }

  /**
   * @param assignment counts these partitions only, instead of all.
   * @throws when a topic does not exist or the broker does not answer.
   */
  async read(assignment: Assignment | null = null): Promise<bigint> {
    return (await this.readPartitions(assignment)).reduce((sum, { lag }) => sum + lag, 0n);
  }

  /** The same for each partition. */
  async readPartitions(assignment: Assignment | null = null): Promise<readonly PartitionLag[]> {
    const committed = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [...this.topics] });
    const lags: PartitionLag[] = [];
    for (const topic of this.topics) {
      const partitions = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
      for (const { partition, high, low } of await this.admin.fetchTopicOffsets(topic)) {
        if (assignment !== null && assignment[topic]?.includes(partition) !== true) continue;
        // -1: nothing committed yet, and then the group begins with the oldest record.
        const offset = BigInt(partitions.find((entry) => entry.partition === partition)?.offset ?? '-1');
        const next = offset < 0n ? BigInt(low) : offset;
        lags.push({ topic, partition, lag: BigInt(high) - next, next });
      }
    }
    return lags;
  }

  /**
   * Whether the group reads what stands on the topics now, within this time: of one that is busy with what comes after that, the
   * lag is never 0.
   * @throws when the broker does not answer.
   */
  async catchesUp(withinMs: number): Promise<boolean> {
    const ends = (await this.readPartitions()).map(({ next, lag, ...place }) => ({ ...place, end: next + lag }));
    for (let waitedMs = 0; ; waitedMs += LOOK_INTERVAL_MS) {
      const now = await this.readPartitions();
      const isRead = ends.every(({ topic, partition, end }) =>
        now.some((entry) => entry.topic === topic && entry.partition === partition && entry.next >= end),
      );
      if (isRead || waitedMs >= withinMs) return isRead;
      await delay(LOOK_INTERVAL_MS);
    }
  }

  close(): Promise<void> {
    return this.admin.disconnect();
  }
}
