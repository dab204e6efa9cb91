import { databaseDefaults, databaseVariables } from '@koosco/payment-db';
import { kafkaDefaults, kafkaVariables } from '@koosco/payment-kafka';
import { parseEnvironment, workerVariables } from '@koosco/payment-worker';
import { z } from 'zod';

/** What `.env.example` shows. */
export const variables = z.object({
  ...workerVariables,
  ...databaseVariables,
  ...kafkaVariables,
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(8088),
  SPRING_KAFKA_CONSUMER_GROUP_ID: z.string().default('payment-service-group'),
});

export type Config = ReturnType<typeof loadConfig>;

/** @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  return parseEnvironment(variables, { env, developmentDefaults: { ...databaseDefaults, ...kafkaDefaults } });
}
