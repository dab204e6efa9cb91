import { type Logger } from '@koosco/payment-telemetry';
import { registerCodecs } from './codecs/register-codecs';
import { Kafka, type logCreator, logLevel } from 'kafkajs';

export type KafkaClient = Kafka;

/** @param bootstrapServers `host:port` pairs, separated by commas, as Spring's variable of that name has them. */
export function kafkaClient(options: {
  clientId: string;
  bootstrapServers: string;
  logger: Logger;
  /** After which a request has failed, though the broker may have done it. 30 s unless told. */
  requestTimeoutMs?: number;
}): KafkaClient {
  registerCodecs();
  return new Kafka({
    clientId: options.clientId,
    brokers: options.bootstrapServers.split(',').map((server) => server.trim()),
    logCreator: logTo(options.logger),
    // kafkajs calls a group's ordinary rebalance an error; what matters reaches us as an event or an exception.
    logLevel: logLevel.ERROR,
    connectionTimeout: 3_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    // The callers have a slower retry of their own, which they can interrupt.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
  });
}

function logTo(logger: Logger): logCreator {
  return () =>
    ({ namespace, log: { message, error, groupId, broker } }) => {
      // Only what is known to be harmless: kafkajs puts whole requests into its entries.
      const fields: Record<string, unknown> = { kafkajs: namespace, error, groupId, broker };
      logger.warn(fields, `kafka: ${message}`);
    };
}
