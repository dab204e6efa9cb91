import { databaseDefaults, databaseVariables } from '@koosco/payment-db/operators';
import { kafkaDefaults, kafkaVariables } from '@koosco/payment-kafka/variables';
import { parseEnvironment, workerVariables } from '@koosco/payment-worker/environment';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

const variables = z.object({ ...workerVariables, ...databaseVariables, ...kafkaVariables });

export type Config = ReturnType<typeof loadConfig>;

/** The variables that the workers have. @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  return parseEnvironment(variables, {
    env,
    developmentDefaults: { ...databaseDefaults, ...kafkaDefaults, ...tossDefaults },
    derive: (given) => ({ toss: tossSettingsOf(given) }),
  });
}
