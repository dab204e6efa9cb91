import { describe, expect, it } from '@jest/globals';
import { kafkaVariables } from './kafka-variables';

describe('SPRING_KAFKA_BOOTSTRAP_SERVERS', () => {
  const accepts = (servers: string) => kafkaVariables.SPRING_KAFKA_BOOTSTRAP_SERVERS.safeParse(servers).success;

  it.each(['localhost:9092', 'a:1,b:2', 'a:1, b:2', 'kafka-0.kafka.svc:9092'])('may be %s', (servers) => {
    expect(accepts(servers)).toBe(true);
  });

  it.each(['localhost', 'a:1,', ',a:1', 'a:b', 'http://a:1', 'a:1 b:2', ''])('may not be "%s"', (servers) => {
    expect(accepts(servers)).toBe(false);
  });
});
