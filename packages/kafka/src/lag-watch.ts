import { type Admin, type Kafka } from 'kafkajs';
import { type Assignment } from './assignment';

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
    const committed = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [...this.topics] });
    let lag = 0n;
    for (const topic of this.topics) {
      const partitions = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
      for (const { partition, high, low } of await this.admin.fetchTopicOffsets(topic)) {
        if (assignment !== null && assignment[topic]?.includes(partition) !== true) continue;
        // -1: nothing committed yet, and then the group begins with the oldest record.
        const offset = BigInt(partitions.find((entry) => entry.partition === partition)?.offset ?? '-1');
        lag += BigInt(high) - (offset < 0n ? BigInt(low) : offset);
      }
    }
    return lag;
  }

  close(): Promise<void> {
    return this.admin.disconnect();
  }
}
