import { topics } from '@koosco/payment-contracts';
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';

export const paymentTopics = Object.entries(topics).flatMap(([type, topic]) =>
  type.startsWith('payment.') ? [topic] : [],
);

const orderTopics = Object.entries(topics).flatMap(([type, topic]) => (type.startsWith('order.') ? [topic] : []));

export function demoKafka(bootstrapServers: string): Kafka {
  return new Kafka({ clientId: 'demo', brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING });
}

/**
 * Lets the broker put its own time on payment events when it stores them. Otherwise they have the time at which the
 * connector read them from the binary log, and the way into Kafka would be missing from the latency.
 */
export function stampWhenStored(kafka: Kafka): Promise<void> {
  return asAdmin(kafka, async (admin) => {
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    const resources = paymentTopics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configEntries }));
    await admin.alterConfigs({ validateOnly: false, resources });
  });
}

/** Whether order-consumer has dealt with every order event: a duplicate under way may still do harm. */
export function areOrdersConsumed(kafka: Kafka): Promise<boolean> {
  return asAdmin(kafka, async (admin) => {
    const committed = await admin.fetchOffsets({ groupId: 'payment-service-group', topics: orderTopics });
    for (const { topic, partitions } of committed) {
      const offsetOf = new Map(partitions.map(({ partition, offset }) => [partition, offset]));
      const ends = await admin.fetchTopicOffsets(topic);
      if (!ends.every(({ partition, high }) => high === '0' || offsetOf.get(partition) === high)) return false;
    }
    return true;
  });
}

/** Lets order-consumer, which must not run, begin again with all order events since then. */
export function readOrdersAgain(kafka: Kafka, since: Date): Promise<void> {
  return asAdmin(kafka, async (admin) => {
    for (const topic of orderTopics) {
      const partitions = await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime());
      await admin.setOffsets({ groupId: 'payment-service-group', topic, partitions });
    }
  });
}

/** Where the payment topics end now, by `topic/partition`; partitions without a record are left out. */
export function endOffsets(kafka: Kafka): Promise<Map<string, bigint>> {
  return asAdmin(kafka, async (admin) => {
    const ends = new Map<string, bigint>();
    for (const topic of paymentTopics) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
        if (BigInt(high) > 0n) ends.set(`${topic}/${partition}`, BigInt(high));
      }
    }
    return ends;
  });
}

async function asAdmin<T>(kafka: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}
