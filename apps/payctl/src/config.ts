import { connectorDefaults, connectorVariables } from '@koosco/outbox-connector/variables';
import { databaseDefaults, databaseVariables } from '@koosco/payment-db/operators';
import { kafkaDefaults, kafkaVariables } from '@koosco/payment-kafka/variables';
import { parseEnvironment, processVariables } from '@koosco/payment-worker/environment';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

/** What `.env.example` shows, beside Toss's. */
export const variables = z.object({
  ...processVariables,
  ...databaseVariables,
  ...kafkaVariables,
  /** Addresses of the workers' own pages (`/actuator/health`), separated by commas. */
  PAYCTL_WORKERS: z
    .string()
    .default('http://localhost:8087,http://localhost:8088,http://localhost:8089')
    .transform((text) => text.split(',').map((url) => url.trim())),
  ...connectorVariables,
  KAFKA_CONNECT_URL: connectorVariables.KAFKA_CONNECT_URL.default(connectorDefaults.KAFKA_CONNECT_URL),
  // Only what compares or puts the connector's configuration needs them.
  CONNECTOR_DB_USERNAME: connectorVariables.CONNECTOR_DB_USERNAME.optional(),
  CONNECTOR_DB_PASSWORD: connectorVariables.CONNECTOR_DB_PASSWORD.optional(),
});

export type Config = ReturnType<typeof loadConfig>;

/** The variables that the workers have. @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  return parseEnvironment(variables, {
    env,
    developmentDefaults: { ...databaseDefaults, ...kafkaDefaults, ...tossDefaults, ...connectorDefaults },
    derive: (given) => ({ toss: tossSettingsOf(given) }),
  });
}
