import { Kafka, logLevel } from 'kafkajs';

/** Its broker is killed for fun, and each complaint of kafkajs about that would be a page of JSON in `npm start`. */
export function quietKafka(bootstrapServers: string): Kafka {
  return new Kafka({
    clientId: 'demo-shop',
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
}
