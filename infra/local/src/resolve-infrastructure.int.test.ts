import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from './processes/ports';
import { identify, isAlive } from './processes/process-identity';
import { resolveInfrastructure } from './resolve-infrastructure';
import { type Stack } from './stack';
import { startStack } from './start-stack';

describe('resolveInfrastructure', () => {
  let foreign: Stack<'mariadb' | 'kafka'>;

  beforeAll(async () => {
    foreign = await startStack({ parts: ['mariadb', 'kafka'] });
  });
  afterAll(() => foreign.stop());

  it('uses the servers that the environment names, adds what is missing, and stops only that', async () => {
    const topics = [{ name: 'koosco.commerce.order.placed', partitions: 2 }];
    const infrastructure = await resolveInfrastructure({ env: foreign.env, topics });
    const connect = identify(infrastructure.processes[0]!.pid!)!;

    expect(infrastructure.source).toEqual({ mariadb: 'environment', kafka: 'environment', connect: 'processes' });
    expect(infrastructure.env).toEqual({ ...foreign.env, KAFKA_CONNECT_URL: infrastructure.connect.url });
    expect(infrastructure.connect.bootstrapServers).toBe(foreign.kafka.bootstrapServers);
    expect(infrastructure.connect.database).toEqual({ host: '127.0.0.1', port: foreign.mariadb.port });

    // All three are foreign now, and topics that exist already are no obstacle.
    const again = await resolveInfrastructure({ env: infrastructure.env, topics });
    expect(again.source).toEqual({ mariadb: 'environment', kafka: 'environment', connect: 'environment' });
    expect(again.processes).toEqual([]);
    await again.stop();
    expect(isAlive(connect)).toBe(true);

    await infrastructure.stop();
    expect(isAlive(connect)).toBe(false);
    expect(foreign.processes.map(({ pid }) => pid)).not.toContain(undefined);
  });

  it('names the server that does not answer, and why', async () => {
    const port = await freePort();
    const wrongPassword = { ...foreign.env, DB_PASSWORD: 'guessed' };
    await expect(resolveInfrastructure({ env: wrongPassword })).rejects.toThrow(
      /MariaDB at 127.0.0.1:\d+ \(DB_HOST\), database commerce-payment, user admin does not answer: .*Access denied/,
    );
    const nobody = `127.0.0.1:${port}`;
    await expect(resolveInfrastructure({ env: { SPRING_KAFKA_BOOTSTRAP_SERVERS: nobody } })).rejects.toThrow(
      `Kafka at ${nobody} (SPRING_KAFKA_BOOTSTRAP_SERVERS) does not answer`,
    );
    const noConnect = { ...foreign.env, KAFKA_CONNECT_URL: `http://${nobody}` };
    await expect(resolveInfrastructure({ env: noConnect })).rejects.toThrow(
      `Kafka Connect at http://${nobody} (KAFKA_CONNECT_URL) does not answer`,
    );
  });

  it('refuses a Connect whose broker it does not know', async () => {
    await expect(resolveInfrastructure({ env: { KAFKA_CONNECT_URL: 'http://127.0.0.1:1' } })).rejects.toThrow(
      /SPRING_KAFKA_BOOTSTRAP_SERVERS is not/,
    );
  });
});
