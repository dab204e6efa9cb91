import { type ConnectAccess } from './servers/connect-part';
import { type KafkaAccess } from './servers/kafka-part';
import { DATABASE, type MariadbAccess } from './servers/mariadb-part';
import { type Part } from './stack';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How each part is reached. */
export interface Access {
  readonly mariadb: MariadbAccess;
  readonly kafka: KafkaAccess;
  readonly connect: ConnectAccess;
}

/** The specification's variables for the parts that `has` says are there. */
export function environmentOf(
  { mariadb, kafka, connect }: Access,
  has: (part: Part) => boolean,
): Record<string, string> {
  return {
    ...(has('mariadb') && {
      DB_HOST: mariadb.host,
      DB_PORT: String(mariadb.port),
      DB_NAME: mariadb.database,
      DB_USERNAME: mariadb.user,
      DB_PASSWORD: mariadb.password,
    }),
    ...(has('kafka') && { SPRING_KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers }),
    ...(has('connect') && { KAFKA_CONNECT_URL: connect.url }),
  };
}

/**
 * The servers that the environment names: DB_HOST (with DB_PORT, DB_NAME, DB_USERNAME, DB_PASSWORD),
 * SPRING_KAFKA_BOOTSTRAP_SERVERS, KAFKA_CONNECT_URL. @throws Error when they do not fit together.
 */
export function serversOf(env: Environment): Partial<Access> {
  const mariadb = mariadbOf(env);
  const bootstrapServers = env['SPRING_KAFKA_BOOTSTRAP_SERVERS'];
  const url = env['KAFKA_CONNECT_URL'];
  if (isSet(url) && !isSet(bootstrapServers)) {
    throw new Error(
      'KAFKA_CONNECT_URL is set and SPRING_KAFKA_BOOTSTRAP_SERVERS is not: a Connect that runs elsewhere writes to the ' +
        'broker it was started with, so that one must be named too',
    );
  }
  return {
    ...(mariadb && { mariadb }),
    ...(isSet(bootstrapServers) && { kafka: { bootstrapServers } }),
    ...(isSet(url) && isSet(bootstrapServers) && { connect: { url, bootstrapServers, database: mariadb } }),
  };
}

function mariadbOf(env: Environment): MariadbAccess | undefined {
  const host = env['DB_HOST'];
  if (!isSet(host)) return undefined;
  const port = Number(env['DB_PORT'] ?? '3306');
  if (!Number.isInteger(port)) throw new Error(`DB_PORT is '${env['DB_PORT'] ?? ''}', and a port is a number`);
  const account = { user: env['DB_USERNAME'] ?? 'admin', password: env['DB_PASSWORD'] ?? 'admin1234' };
  // We know no other account of a server that is not ours.
  return { host, port, database: env['DB_NAME'] ?? DATABASE, ...account, root: undefined, debezium: account };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
