import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config';

describe('loadConfig', () => {
  it('has the defaults of the specification in development', () => {
    expect(loadConfig({ NODE_ENV: 'development' })).toMatchObject({
      OPS_PORT: 8088,
      SPRING_KAFKA_BOOTSTRAP_SERVERS: 'localhost:9092',
      SPRING_KAFKA_CONSUMER_GROUP_ID: 'payment-service-group',
      DB_NAME: 'commerce-payment',
    });
  });

  it('lists everything that is missing or malformed in one message, and no value', () => {
    const load = () => loadConfig({ NODE_ENV: 'production', OPS_PORT: '70000', DB_PASSWORD: 'a secret' });
    expect(load).toThrow(/DB_USERNAME is missing\n.*SPRING_KAFKA_BOOTSTRAP_SERVERS is missing\n.*OPS_PORT: /);
    expect(load).not.toThrow(/70000|a secret/);
  });
});
