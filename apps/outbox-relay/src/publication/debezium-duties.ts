import { OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { paymentTopics } from '@koosco/payment-contracts';
import { LagWatch } from '@koosco/payment-kafka';
import { connectorConfigurationOf, KafkaConnectClient } from '@koosco/outbox-connector';
import { type Duty, systemClock } from '@koosco/payment-worker';
import { CanaryReader } from '../adapters/kafka/canary-reader';
import { PublishedEventReader } from '../adapters/kafka/published-event-reader';
import { OutboxConnector } from '../adapters/kafka-connect/outbox-connector';
import { Standstill } from '../adapters/kafka-connect/standstill';
import { CanaryDuty } from './canary-duty';
import { type CarrierParts } from './carrier-parts';
import { type DebeziumConfig } from '../config';
import { ConnectorDuty } from './connector-duty';
import { ReadBackDuty } from './read-back-duty';
import { RelayModeRefused } from './relay-mode-refused';

/** What stands on the topics has been read by then, unless nobody reads. */
const READ_BACK_WITHIN_MS = 3_000;

/** Debezium brings events to Kafka; the relay looks after it, and reads back what has arrived. */
export function debeziumDuties(config: DebeziumConfig, parts: CarrierParts): readonly Duty[] {
  const { database, kafka, metrics, logger, signal } = parts;
  const source = { kafka, groupId: config.READ_BACK_GROUP_ID, topics: [...paymentTopics, OUTBOX_CANARY_TOPIC] };
  const connector = new OutboxConnector({
    connect: new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal }),
    name: config.CONNECTOR_NAME,
    configuration: connectorConfigurationOf(config),
    observeOnly: config.CONNECTOR_OWNER === 'operator',
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
  const events = new PublishedEventReader(database.outbox, metrics, logger);
  return [
    new ConnectorDuty(connector, requireMode, metrics, logger),
    new CanaryDuty({
      canary: database.outboxCanary,
      how: 'in passing',
      freshMs: config.CONNECTOR_STANDSTILL_MS,
      kafka,
      metrics,
      logger,
    }),
    new ReadBackDuty(
      source,
      (batch) => (batch.topic === OUTBOX_CANARY_TOPIC ? canaries : events).handle(batch),
      logger,
    ),
  ];
}
