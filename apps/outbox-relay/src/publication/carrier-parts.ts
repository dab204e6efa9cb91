import { type Database } from '@koosco/payment-db';
import { type KafkaClient } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type RelayMetrics } from '../relay-metrics';

/** What bringing events to Kafka takes, whoever does it. */
export interface CarrierParts {
  readonly database: Database;
  readonly kafka: KafkaClient;
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal;
}
