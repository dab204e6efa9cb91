import { databaseDefaults, databaseVariables } from '@koosco/payment-db';
import { parseEnvironment, workerVariables } from '@koosco/payment-worker';
import { tossDefaults, tossSettingsOf } from '@koosco/toss-client/gateway';
import { z } from 'zod';

/** What `.env.example` shows, beside Toss's. */
export const variables = z.object({
  ...workerVariables,
  ...databaseVariables,
  SERVER_PORT: z.coerce.number().int().min(0).max(65_535).default(8087),
  // RFC 7518 section 3.2: a key of HS256 has 256 bits at least.
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** Toss's public key of the payment widget, handed to the front end. */
  TOSS_CLIENT_KEY: z.string().regex(/^(test|live)_g?ck_\S+$/, 'must be a client key (test_gck_… or live_gck_…)'),
  /** Whose scripts may call the API from a browser: exact origins, separated by commas; nobody's unless set. */
  CORS_ALLOWED_ORIGINS: z.string().default('').transform(originsIn),
  /** Requests of one buyer, and confirms and cancels of one order, in a minute and a worker; 0 for as many as come. */
  RATE_LIMIT_PER_USER: z.coerce.number().int().min(0).max(1_000_000).default(300),
  RATE_LIMIT_PER_ORDER: z.coerce.number().int().min(0).max(1_000_000).default(60),
  /**
   * API requests that it works on at once, not counting those that wait for Toss: beyond it 503. At 300 a second, as many as
   * are served within half a second.
   */
  MAX_REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(10_000).default(128),
  /** How long a second confirm of a payment waits for the first one's result before it is told to come back. */
  CONFIRM_WAIT_MS: z.coerce.number().int().min(0).max(30_000).default(3_000),
  /**
   * How long anybody waits for an answer; then it is "unknown", or 503 where no money moves, and what was begun goes on.
   * Shorter than the idle timeout of what stands between (60 s, usually), which would answer with less.
   */
  REQUEST_DEADLINE_MS: z.coerce.number().int().min(100).max(300_000).default(30_000),
  /**
   * How long it goes on serving after its readiness is DOWN, so that a load balancer has noticed before the port closes.
   * Longer than the balancer's probe interval; together with the requests under way within the 25 s of a shutdown.
   */
  SHUTDOWN_DRAIN_MS: z.coerce.number().int().min(0).max(20_000).default(5_000),
});

const developmentDefaults = {
  // No load balancer to wait for, and a developer at the keyboard.
  SHUTDOWN_DRAIN_MS: '0',
  // Whoever tries it out sends as much as they like.
  RATE_LIMIT_PER_USER: '0',
  RATE_LIMIT_PER_ORDER: '0',
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
      requireOnePair(given);
      return { toss };
    },
  });
}

/** Exact origins only: a pattern, a path or a slash at the end would be compared with what no browser ever sends. */
function originsIn(list: string, context: z.RefinementCtx): readonly string[] {
  const origins = list === '' ? [] : list.split(',').map((origin) => origin.trim());
  if (!origins.every(isOrigin)) {
    context.addIssue({
      code: 'custom',
      message:
        'must be origins as a browser sends them, separated by commas: https://shop.example,http://localhost:3000',
    });
  }
  return Object.freeze(origins);
}

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const TOSS_KEY = /^(test|live)_(g?)[cs]k_/;

/** Toss issues both keys together, and lets one confirm only what was begun with the other. */
function requireOnePair(given: Readonly<Record<string, string | undefined>>): void {
  const [clientKind, secretKind] = [given['TOSS_CLIENT_KEY'], given['TOSS_SECRET_KEY']].map((key) =>
    TOSS_KEY.exec(key ?? '')
      ?.slice(1)
      .join('_'),
  );
  if (clientKind === undefined || clientKind === secretKind) return;
  throw new Error(
    'TOSS_CLIENT_KEY and TOSS_SECRET_KEY are not of one pair: both must be test or live keys, and both of the widget or both of the API',
  );
}
