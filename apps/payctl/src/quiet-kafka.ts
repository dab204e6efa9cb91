import { kafkaClient, type KafkaClient } from '@koosco/payment-kafka';
import { createLogger } from '@koosco/payment-telemetry';

/** A client whose own complaints nobody hears: what goes wrong is said by whoever asked. */
export function quietKafka(bootstrapServers: string): KafkaClient {
  const logger = createLogger({ service: 'payctl', level: 'silent' });
  return kafkaClient({ clientId: 'payctl', bootstrapServers, logger });
}
