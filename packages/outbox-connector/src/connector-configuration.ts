/** Where the connector finds what it reads and writes, as Kafka Connect itself reaches them. */
export interface ConnectorPlaces {
  readonly databaseHost: string;
  readonly databasePort: number;
  readonly databaseName: string;
  /** An account that may follow the binary log. */
  readonly databaseUser: string;
  /** Or where Connect finds it: see CONNECTOR_DB_PASSWORD. */
  readonly databasePassword: string;
  readonly bootstrapServers: string;
}

/**
 * Debezium's connector for the outbox: the id of a committed row becomes the header `id`, its partition key the key, its
 * payload the value as it stands, on the topic that the row names. The column names are those of `payment_outbox`.
 */
export function connectorConfiguration(places: ConnectorPlaces): Record<string, string> {
  const { databaseName } = places;
  return {
    'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector',
    'tasks.max': '1',
    'database.hostname': places.databaseHost,
    'database.port': String(places.databasePort),
    'database.user': places.databaseUser,
    'database.password': places.databasePassword,
    // Every reader of a binary log needs an id of its own among all replicas of that server.
    'database.server.id': '618230',
    'topic.prefix': databaseName,
    'database.include.list': databaseName,
    'table.include.list': `${databaseName}.payment_outbox`,
    'schema.history.internal.kafka.bootstrap.servers': places.bootstrapServers,
    'schema.history.internal.kafka.topic': SCHEMA_HISTORY_TOPIC,
    'schema.history.internal.store.only.captured.tables.ddl': 'true',
    // Begins where the binary log ends just now when its place in it is gone. What it has missed is sent again by the relay,
    // which inserts it once more: a snapshot would send a payment's rows without those behind them, and out of their order.
    'snapshot.mode': 'when_needed',
    'snapshot.select.statement.overrides': `${databaseName}.payment_outbox`,
    [`snapshot.select.statement.overrides.${databaseName}.payment_outbox`]: `SELECT * FROM \`${databaseName}\`.payment_outbox WHERE FALSE`,
    'snapshot.locking.mode': 'none',
    // Rows are inserted to be sent, and updated (PENDING to PUBLISHED) and deleted for housekeeping.
    'skipped.operations': 'u,d,t',
    'tombstones.on.delete': 'false',
    // The default, half a second, would be most of the latency from commit to Kafka.
    'poll.interval.ms': '10',
    // A link to the database that has died is only noticed by looking, this often (default: every minute), and a task
    // that failed of it begins anew this soon (default: 10 s). The server is asked for a sign of life after 0.8 of the
    // interval, and a reader that is busy for all of it is taken for dead: hence not less.
    'connect.keep.alive.interval.ms': '3000',
    'retriable.restart.connector.wait.ms': '1000',
    'producer.override.linger.ms': '0',
    'producer.override.acks': 'all',
    // A topic for schema changes nobody reads; and a connector whose topic is missing says RUNNING and sends nothing.
    'include.schema.changes': 'false',
    // Heartbeats go to a topic of the connector's own, which it may create; -1 is the broker's default.
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '-1',
    // Without it, the stored position of a quiet outbox ages out of the binary log that other tables fill.
    'heartbeat.interval.ms': '10000',
    // The default drops an event that cannot be converted; here the task fails, loudly, and nothing is lost.
    'event.converting.failure.handling.mode': 'fail',
    'errors.tolerance': 'none',
    transforms: 'outbox',
    // Heartbeats come from the same connector and are no outbox rows.
    predicates: 'isOutbox',
    'predicates.isOutbox.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
    'predicates.isOutbox.pattern': `${databaseName}\\.${databaseName}\\.payment_outbox`,
    'transforms.outbox.predicate': 'isOutbox',
    'transforms.outbox.type': 'io.debezium.transforms.outbox.EventRouter',
    'transforms.outbox.table.field.event.id': 'id',
    'transforms.outbox.table.field.event.key': 'partition_key',
    'transforms.outbox.table.field.event.type': 'event_type',
    'transforms.outbox.table.field.event.payload': 'payload',
    'transforms.outbox.route.by.field': 'topic',
    'transforms.outbox.route.topic.replacement': '${routedByValue}',
    // A row without a trace context has a header without a value.
    'transforms.outbox.table.fields.additional.placement': 'event_type:header:ce_type,trace_parent:header:traceparent',
    // Rows that stand in the binary log before the migration that added the column have none.
    'transforms.outbox.table.fields.additional.error.on.missing': 'false',
    'transforms.outbox.table.op.invalid.behavior': 'fatal',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  };
}

/** Must have one partition and keep everything for ever: the connector cannot start without its whole content. */
export const SCHEMA_HISTORY_TOPIC = 'commerce-payment.schema-history';
