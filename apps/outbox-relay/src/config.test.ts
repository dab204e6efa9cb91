import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config';

const production = {
  NODE_ENV: 'production',
  DB_HOST: 'db',
  DB_PORT: '3306',
  DB_NAME: 'commerce-payment',
  DB_USERNAME: 'payment',
  DB_PASSWORD: 'a-database-password',
  SPRING_KAFKA_BOOTSTRAP_SERVERS: 'kafka:9092',
  KAFKA_CONNECT_URL: 'http://connect:8083',
  CONNECTOR_DB_USERNAME: 'debezium',
  CONNECTOR_DB_PASSWORD: '${file:/run/secrets/connector:password}',
  TOSS_BASE_URL: 'https://api.tosspayments.com',
  TOSS_SECRET_KEY: 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6',
};

describe('the configuration of outbox-relay', () => {
  it('needs nothing but NODE_ENV in development', () => {
    expect(loadConfig({ NODE_ENV: 'development' })).toMatchObject({
      OPS_PORT: 8089,
      KAFKA_CONNECT_URL: 'http://localhost:8083',
      CONNECTOR_NAME: 'payment-outbox',
      READ_BACK_GROUP_ID: 'payment-outbox-read-back',
      CONNECTOR_STANDSTILL_MS: 15_000,
      OUTBOX_KEPT_FOR: 30 * 24 * 3_600_000,
    });
  });

  it('has no default for a secret elsewhere, and lists all that is missing', () => {
    expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(
      /DB_PASSWORD is missing[^]*KAFKA_CONNECT_URL is missing[^]*CONNECTOR_DB_USERNAME is missing[^]*CONNECTOR_DB_PASSWORD is missing[^]*TOSS_SECRET_KEY is missing/,
    );
    expect(loadConfig(production)).toMatchObject({ CONNECTOR_DB_PASSWORD: production.CONNECTOR_DB_PASSWORD });
  });

  it('gives Kafka Connect, which shows its configuration, no password but the place of one', () => {
    const message = messageOf(() => loadConfig({ ...production, CONNECTOR_DB_PASSWORD: 'swordfish' }));
    expect(message).toMatch(/CONNECTOR_DB_PASSWORD is a password/);
    expect(message).not.toContain('swordfish');
  });

  it('owns the connector unless it is told that an operator does', () => {
    expect(loadConfig(production)).toMatchObject({ CONNECTOR_OWNER: 'relay' });
    expect(loadConfig({ ...production, CONNECTOR_OWNER: 'operator' })).toMatchObject({ CONNECTOR_OWNER: 'operator' });
    expect(() => loadConfig({ ...production, CONNECTOR_OWNER: 'strimzi' })).toThrow(/CONNECTOR_OWNER/);
  });

  it('needs no Kafka Connect where relays publish', () => {
    const {
      KAFKA_CONNECT_URL: _url,
      CONNECTOR_DB_USERNAME: _user,
      CONNECTOR_DB_PASSWORD: _password,
      ...rest
    } = production;
    expect(loadConfig({ ...rest, RELAY_MODE: 'polling' })).toMatchObject({ RELAY_MODE: 'polling' });
    expect(() => loadConfig({ ...production, RELAY_MODE: 'both' })).toThrow(/RELAY_MODE: must be debezium or polling/);
  });

  it('lists everything malformed at once and shows no value', () => {
    const malformed = {
      KAFKA_CONNECT_URL: 'ftp://user:swordfish@connect',
      CONNECTOR_DB_PORT: 'swordfish',
      CONNECTOR_STANDSTILL_MS: '1',
      OUTBOX_KEPT_FOR: '6d',
      SPRING_KAFKA_BOOTSTRAP_SERVERS: 'swordfish',
      TOSS_SECRET_KEY: 'swordfish',
    };
    const message = messageOf(() => loadConfig({ ...production, ...malformed }));
    for (const name of Object.keys(malformed)) expect(message).toContain(name);
    expect(message).not.toContain('swordfish');
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
