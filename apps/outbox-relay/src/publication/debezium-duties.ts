import { type Database, OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { paymentTopics } from '@koosco/payment-contracts';
import { type KafkaClient, LagWatch } from '@koosco/payment-kafka';
import { connectorConfigurationOf, KafkaConnectClient } from '@koosco/outbox-connector';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, systemClock } from '@koosco/payment-worker';
import { CanaryReader } from '../adapters/kafka/canary-reader';
import { PublishedEventReader } from '../adapters/kafka/published-event-reader';
import { OutboxConnector } from '../adapters/kafka-connect/outbox-connector';
import { Standstill } from '../adapters/kafka-connect/standstill';
import { CanaryDuty } from './canary-duty';
import { type DebeziumConfig } from '../config';
import { ConnectorDuty } from './connector-duty';
import { ReadBackDuty } from './read-back-duty';
import { type RelayMetrics } from '../relay-metrics';
import { RelayModeRefused } from './relay-mode-refused';

/** What stands on the topics has been read by then, unless nobody reads. */
const READ_BACK_WITHIN_MS = 3_000;

export interface CarrierParts {
  readonly database: Database;
  readonly kafka: KafkaClient;
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal;
}

/** Debezium brings events to Kafka; the relay looks after it, and reads back what has arrived. */
export function debeziumDuties(config: DebeziumConfig, parts: CarrierParts): readonly Duty[] {
  const { database, kafka, metrics, logger, signal } = parts;
  const source = { kafka, groupId: config.READ_BACK_GROUP_ID, topics: [...paymentTopics, OUTBOX_CANARY_TOPIC] };
  const connector = new OutboxConnector({
    connect: new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal }),
    name: config.CONNECTOR_NAME,
    configuration: connectorConfigurationOf(config),
    database,
    isReadBack: async () => {
      const watch = await LagWatch.connect(kafka, source.groupId, source.topics);
      return watch.catchesUp(READ_BACK_WITHIN_MS).finally(() => watch.close());
    },
    standstill: new Standstill(config.CONNECTOR_STANDSTILL_MS),
    clock: systemClock,
    logger,
  });
  const requireMode = async () => {
    if ((await database.outboxPublication.claimMode('debezium')) === 'debezium') return;
    throw new RelayModeRefused('These events are published by relays with RELAY_MODE=polling');
  };
  const canaries = new CanaryReader(database.outboxCanary, metrics);
  return [
    new ConnectorDuty(connector, requireMode, metrics, logger),
    new CanaryDuty({
      canary: database.outboxCanary,
      how: 'in passing',
      ...canaryTimes(config),
      kafka,
      metrics,
      logger,
    }),
    new ReadBackDuty(source, canaries, new PublishedEventReader(database.outbox, metrics, logger), logger),
  ];
}

/** At least three come back within the patience that is had. */
export function canaryTimes({ CONNECTOR_STANDSTILL_MS: freshMs }: { readonly CONNECTOR_STANDSTILL_MS: number }) {
  return { freshMs, intervalMs: Math.min(CANARY_INTERVAL_MS_MAX, freshMs / 3) };
}

const CANARY_INTERVAL_MS_MAX = 5_000;
