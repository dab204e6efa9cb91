import { type Kafka } from 'kafkajs';
import { type TopicSizes } from '../../behind/system-watch';

/** On one connection of its own. @throws when the broker cannot be reached. */
export async function openTopicSizes(kafka: Kafka): Promise<TopicSizes> {
  const admin = kafka.admin();
  await admin.connect();
  return {
    async sizeOf(topics) {
      const offsets = (await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))).flat();
      return offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
    },
    close: () => admin.disconnect(),
  };
}
