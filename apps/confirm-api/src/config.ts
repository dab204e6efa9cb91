import { databaseDefaults, databaseVariables } from '@koosco/payment-db';
import { parseEnvironment, workerVariables } from '@koosco/payment-observability';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

const variables = z.object({
  ...workerVariables,
  ...databaseVariables,
  SERVER_PORT: z.coerce.number().int().min(0).max(65_535).default(8087),
  // RFC 7518 section 3.2: a key of HS256 has 256 bits at least.
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** Toss's public key of the payment widget, handed to the front end. */
  TOSS_CLIENT_KEY: z.string().regex(/^(test|live)_g?ck_\S+$/, 'must be a client key (test_gck_… or live_gck_…)'),
  /** How long a second confirm of a payment waits for the first one's result before it is told to come back. */
  CONFIRM_WAIT_MS: z.coerce.number().int().min(0).max(30_000).default(3_000),
});

const developmentDefaults = {
  ...databaseDefaults,
  ...tossDefaults,
  JWT_SECRET: 'mySecretKeyForJWTWhichShouldBeAtLeast256BitsLongToEnsureSecurityAndCompliance',
  // Toss publishes this key for everybody's trials.
  TOSS_CLIENT_KEY: 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm',
};

export type Config = ReturnType<typeof loadConfig>;

/** @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  return parseEnvironment(variables, {
    env,
    developmentDefaults,
    derive: (given) => {
      const toss = tossSettingsOf(given);
      tossClientConfig(toss);
      return { toss };
    },
  });
}
