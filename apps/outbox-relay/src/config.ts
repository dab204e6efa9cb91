import { connectorDefaults, connectorVariables, passwordProblem } from '@koosco/outbox-connector';
import { databaseDefaults, databaseVariables } from '@koosco/payment-db';
import { kafkaDefaults, kafkaVariables } from '@koosco/payment-kafka';
import { parseEnvironment, workerVariables } from '@koosco/payment-worker';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const duration = z.string().regex(/^[1-9][0-9]{0,5}[smhd]$/, 'must be a whole number and s, m, h or d, such as 24h');

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function millisecondsOf(text: string): number {
  return Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];
}

const variablesOfBoth = z.object({
  ...workerVariables,
  ...databaseVariables,
  ...kafkaVariables,
  OPS_PORT: port.default(8089),
  /** Payments that nobody pays for this long fail (`30m`, `24h`, `7d`); none does unless it is set. */
  PAYMENT_EXPIRES_AFTER: duration.transform(millisecondsOf).optional(),
  /** How often Toss's list of transactions is read for what no webhook told. Toss limits how often it may be asked. */
  BOOKS_READ_EVERY: duration.default('1m').transform(millisecondsOf),
  /** How often the last hour's money is compared. A round asks Toss for a dozen pages. */
  AUDIT_EVERY: duration.default('10m').transform(millisecondsOf),
  /** How long published rows of the outbox are kept: longer than Kafka keeps their events. */
  OUTBOX_KEPT_FOR: duration
    .default('30d')
    .transform(millisecondsOf)
    .refine((ageMs) => ageMs >= 7 * UNIT_MS.d, 'must be at least 7d'),
  /** Consumer group that reads published events back. */
  READ_BACK_GROUP_ID: z.string().default('payment-outbox-read-back'),
  /** Patience with a connector that says it runs while no canary arrives; and how old the newest of them may be. */
  CONNECTOR_STANDSTILL_MS: z.coerce.number().int().min(3_000).max(600_000).default(15_000),
});

/** Without Kafka Connect. Where there is one all the same, it is asked whether it has the connector. */
const pollingVariables = variablesOfBoth.extend({
  RELAY_MODE: z.literal('polling'),
  KAFKA_CONNECT_URL: connectorVariables.KAFKA_CONNECT_URL.optional(),
  CONNECTOR_NAME: connectorVariables.CONNECTOR_NAME,
});
/** What `.env.example` shows, beside Toss's. */
export const variables = variablesOfBoth.extend({
  RELAY_MODE: z.literal('debezium', 'must be debezium or polling').default('debezium'),
  ...connectorVariables,
  /** Who configures, restarts and resumes the connector: this relay, or an operator such as Strimzi, which it leaves it to. */
  CONNECTOR_OWNER: z.enum(['relay', 'operator']).default('relay'),
});

const developmentDefaults = {
  ...databaseDefaults,
  ...kafkaDefaults,
  ...tossDefaults,
};

type Loaded = ReturnType<typeof loadConfig>;
export type DebeziumConfig = Extract<Loaded, { readonly RELAY_MODE: 'debezium' }>;
export type PollingConfig = Extract<Loaded, { readonly RELAY_MODE: 'polling' }>;
export type Config = DebeziumConfig | PollingConfig;

/** @throws Error with one message that lists everything missing or malformed, and no value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  const tossOf = (given: Parameters<typeof tossSettingsOf>[0]) => ({ toss: tossSettingsOf(given) });
  if (env['RELAY_MODE'] === 'polling') {
    return parseEnvironment(pollingVariables, { env, developmentDefaults, derive: tossOf });
  }
  return parseEnvironment(variables, {
    env,
    developmentDefaults: { ...developmentDefaults, ...connectorDefaults },
    derive: (given) => {
      const problem = passwordProblem(given);
      if (problem !== null) throw new Error(problem);
      return tossOf(given);
    },
  });
}
