import { OUTBOX_CANARY_TOPIC, type PendingRow } from '@koosco/payment-db';
import { kafkaClient, RecordProducer } from '@koosco/payment-kafka';
import { KafkaConnectClient } from '@koosco/outbox-connector';
import { type Duty } from '@koosco/payment-worker';
import { CanaryReader } from '../../adapters/kafka/canary-reader';
import { CanaryDuty } from '../canary-duty';
import { type PollingConfig } from '../../config';
import { type CarrierParts } from '../carrier-parts';
import { ReadBackDuty } from '../read-back-duty';
import { type PublishedEvent, tellPublished } from '../tell-published';
import { RelayModeRefused } from '../relay-mode-refused';
import { PublisherDuty, SEND_MS_MAX } from './publisher-duty';

/** One of the relays brings events to Kafka. Only canaries are read back: what the producer was told is enough for the rest. */
export function pollingDuties(config: PollingConfig, parts: CarrierParts): readonly Duty[] {
  const { database, kafka, metrics, logger, signal } = parts;
  const requireMode = async () => {
    if ((await database.outboxPublication.claimMode('polling')) !== 'polling') {
      throw new RelayModeRefused('These events are published by Debezium (RELAY_MODE=debezium)');
    }
    const { KAFKA_CONNECT_URL: url, CONNECTOR_NAME: name } = config;
    if (url === undefined) return;
    // A Connect that is away sends nothing, and one that comes back is asked when the lease changes hands.
    const found = await new KafkaConnectClient({ url, signal }).configuration(name).catch(() => null);
    if (found !== null)
      throw new RelayModeRefused(`Kafka Connect has the connector ${name}, which publishes these events`);
  };
  const source = { kafka, groupId: config.READ_BACK_GROUP_ID, topics: [OUTBOX_CANARY_TOPIC] };
  const canaries = new CanaryReader(database.outboxCanary, metrics);
  const publisher = new PublisherDuty({
    publication: database.outboxPublication,
    connect: () =>
      RecordProducer.connect(
        // A client of its own: a request that is not answered has failed while the lease still lasts, and is not sent again by itself.
        kafkaClient({
          ...{ clientId: 'outbox-relay', bootstrapServers: config.SPRING_KAFKA_BOOTSTRAP_SERVERS, logger },
          requestTimeoutMs: SEND_MS_MAX,
        }),
        { retries: 0, timeoutMs: SEND_MS_MAX },
      ),
    requireMode,
    onPublished: (rows) => {
      metrics.countPublished(rows);
      tellPublished(eventsOf(rows, Date.now()), logger);
    },
    logger,
  });
  return [
    publisher,
    new CanaryDuty({
      canary: database.outboxCanary,
      how: 'to be found',
      freshMs: config.CONNECTOR_STANDSTILL_MS,
      kafka,
      metrics,
      logger,
    }),
    new ReadBackDuty(source, (batch) => canaries.handle(batch), logger),
  ];
}

/** One after the other, as each has a copy of its payload. */
function* eventsOf(rows: readonly PendingRow[], atMs: number): Iterable<PublishedEvent> {
  for (const { id, topic, payload } of rows)
    yield { id, record: { value: Buffer.from(payload) }, atMs, place: { topic } };
}
