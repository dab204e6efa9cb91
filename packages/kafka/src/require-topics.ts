import { type Kafka } from 'kafkajs';

/** @throws Error naming the topics that do not exist: workers never create topics, whoever runs the broker does. */
export async function requireTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length > 0) throw new Error(`these topics do not exist: ${missing.join(', ')}`);
  } finally {
    await admin.disconnect();
  }
}
