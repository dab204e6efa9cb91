import { z } from 'zod';
import { connectorConfiguration } from './connector-configuration';

const port = z.coerce.number().int().min(0).max(65_535);

/** How Kafka Connect is reached, and what it is told of the database and the broker. */
export const connectorVariables = {
  KAFKA_CONNECT_URL: z.url({ protocol: /^https?$/ }),
  CONNECTOR_NAME: z.string().default('payment-outbox'),
  /** The database and the broker as Kafka Connect reaches them; the same as for this process unless told. */
  CONNECTOR_DB_HOST: z.string().optional(),
  CONNECTOR_DB_PORT: port.optional(),
  CONNECTOR_BOOTSTRAP_SERVERS: z.string().optional(),
  /** An account that may follow the binary log. */
  CONNECTOR_DB_USERNAME: z.string(),
  /** Where Connect finds the password of that account (`${env:NAME}`, `${file:PATH:KEY}`), or the password itself. */
  CONNECTOR_DB_PASSWORD: z.string(),
};

export const connectorDefaults = {
  KAFKA_CONNECT_URL: 'http://localhost:8083',
  CONNECTOR_DB_USERNAME: 'debezium',
  CONNECTOR_DB_PASSWORD: '${env:CONNECTOR_DB_PASSWORD}',
};

type Variables = z.infer<z.ZodObject<typeof connectorVariables>> & {
  readonly NODE_ENV: string;
  readonly DB_HOST: string;
  readonly DB_PORT: number;
  readonly DB_NAME: string;
  readonly SPRING_KAFKA_BOOTSTRAP_SERVERS: string;
};

/** The configuration that a connector of this version has in this environment. */
export function connectorConfigurationOf(variables: Variables): Record<string, string> {
  return connectorConfiguration({
    databaseHost: variables.CONNECTOR_DB_HOST ?? variables.DB_HOST,
    databasePort: variables.CONNECTOR_DB_PORT ?? variables.DB_PORT,
    databaseName: variables.DB_NAME,
    databaseUser: variables.CONNECTOR_DB_USERNAME,
    databasePassword: variables.CONNECTOR_DB_PASSWORD,
    bootstrapServers: variables.CONNECTOR_BOOTSTRAP_SERVERS ?? variables.SPRING_KAFKA_BOOTSTRAP_SERVERS,
  });
}

/**
 * Connect shows a connector's configuration to everybody who reaches it.
 * @returns what is wrong with the password as it is given, or null.
 */
export function passwordProblem({ NODE_ENV, CONNECTOR_DB_PASSWORD }: Readonly<Record<string, string | undefined>>) {
  if (NODE_ENV === 'development' || CONNECTOR_DB_PASSWORD === undefined) return null;
  return /^\$\{[a-z]+:.+\}$/.test(CONNECTOR_DB_PASSWORD)
    ? null
    : 'CONNECTOR_DB_PASSWORD is a password, which Kafka Connect would show to whoever asks it: give it one of its config ' +
        'providers (config.providers=env) and name where the password is, such as ${env:CONNECTOR_DB_PASSWORD}';
}
