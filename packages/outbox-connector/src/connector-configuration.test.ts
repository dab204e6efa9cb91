import { describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectorConfiguration } from './connector-configuration';

const places = {
  databaseHost: 'db',
  databasePort: 3306,
  databaseName: 'commerce-payment',
  databaseUser: 'debezium',
  databasePassword: 'secret',
  bootstrapServers: 'kafka:9092',
};
const configuration = connectorConfiguration(places);
const outboxColumns = columnsOf('payment_outbox');

describe('connectorConfiguration', () => {
  it('says where everything is', () => {
    expect(configuration).toMatchObject({
      'database.hostname': 'db',
      'database.port': '3306',
      'database.user': 'debezium',
      'database.password': 'secret',
      'database.include.list': 'commerce-payment',
      'table.include.list': 'commerce-payment.payment_outbox',
      'schema.history.internal.kafka.bootstrap.servers': 'kafka:9092',
      'topic.prefix': 'commerce-payment',
    });
    expect(Object.values(configuration).filter((value) => typeof value !== 'string')).toEqual([]);
  });

  it('routes by columns that the outbox has', () => {
    const named = [
      ...Object.entries(configuration)
        .filter(([name]) => name.startsWith('transforms.outbox.table.field.event.'))
        .map(([, column]) => column),
      configuration['transforms.outbox.route.by.field'],
      ...configuration['transforms.outbox.table.fields.additional.placement']!.split(',').map(
        (placement) => placement.split(':')[0]!,
      ),
    ];
    expect(named).toEqual(['id', 'partition_key', 'event_type', 'payload', 'topic', 'event_type', 'trace_parent']);
    for (const column of named) expect(outboxColumns).toContain(column);
  });

  it('sends a row to the topic it names, unchanged', () => {
    expect(configuration['transforms.outbox.route.topic.replacement']).toBe('${routedByValue}');
    expect(configuration['key.converter']).toBe('org.apache.kafka.connect.storage.StringConverter');
    expect(configuration['value.converter']).toBe('org.apache.kafka.connect.storage.StringConverter');
  });

  it('lets only the outbox through the router, and no topic of ours is a topic of the connector', () => {
    const isOutbox = new RegExp(`^(?:${configuration['predicates.isOutbox.pattern']!})$`);
    expect(isOutbox.test('commerce-payment.commerce-payment.payment_outbox')).toBe(true);
    expect(isOutbox.test('__debezium-heartbeat.commerce-payment')).toBe(false);
    for (const topic of Object.values(topics)) {
      expect(topic.startsWith(`${configuration['topic.prefix']!}.`)).toBe(false);
    }
  });

  it('takes nothing into a snapshot, and of the binary log what is inserted', () => {
    const select = configuration['snapshot.select.statement.overrides.commerce-payment.payment_outbox'];
    expect(select).toBe('SELECT * FROM `commerce-payment`.payment_outbox WHERE FALSE');
    expect(configuration['skipped.operations']).toBe('u,d,t');
  });

  it('stops rather than drops', () => {
    expect(configuration).toMatchObject({
      'errors.tolerance': 'none',
      'event.converting.failure.handling.mode': 'fail',
      'transforms.outbox.table.op.invalid.behavior': 'fatal',
      'producer.override.acks': 'all',
    });
  });
});

/** The columns of a table as the Prisma schema of the database has them. */
function columnsOf(table: string): readonly string[] {
  const schema = join(dirname(require.resolve('@koosco/payment-db')), '..', 'prisma', 'schema.prisma');
  const models = readFileSync(schema, 'utf8').split(/^model /m);
  const model = models.find((text) => text.includes(`@@map("${table}")`)) ?? '';
  return [...model.matchAll(/^ {2}(\w+) .*$/gm)].map(([line, field]) => /@map\("(\w+)"\)/.exec(line)?.[1] ?? field!);
}
