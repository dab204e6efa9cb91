import { databaseDefaults, databaseVariables } from '@koosco/payment-db/operators';
import { kafkaDefaults, kafkaVariables } from '@koosco/payment-kafka/variables';
import { parseEnvironment, workerVariables } from '@koosco/payment-worker/environment';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

const variables = z.object({
  ...workerVariables,
  ...databaseVariables,
  ...kafkaVariables,
  /** Addresses of the workers' own pages (`/actuator/health`), separated by commas. */
  PAYCTL_WORKERS: z
    .string()
    .default('http://localhost:8087,http://localhost:8088,http://localhost:8089')
    .transform((text) => text.split(',').map((url) => url.trim())),
  KAFKA_CONNECT_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8083'),
  CONNECTOR_NAME: z.string().default('payment-outbox'),
});

export type Config = ReturnType<typeof loadConfig>;

/** The variables that the workers have. @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  return parseEnvironment(variables, {
    env,
    developmentDefaults: { ...databaseDefaults, ...kafkaDefaults, ...tossDefaults },
    derive: (given) => ({ toss: tossSettingsOf(given) }),
  });
}
