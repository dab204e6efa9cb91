import { tossClientConfig, type TossClientSettings } from '../client/toss-client-config';
import { type TossEnvironment } from '../client/toss-environment';

/** Keys that Toss publishes for everybody's trials, and the local sandbox. */
export const tossDefaults = {
  TOSS_SECRET_KEY: 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6',
  TOSS_BASE_URL: 'http://127.0.0.1:8090',
};

const variableOf = {
  secretKey: 'TOSS_SECRET_KEY',
  previousSecretKey: 'TOSS_SECRET_KEY_PREVIOUS',
  baseUrl: 'TOSS_BASE_URL',
  connectDeadlineMs: 'TOSS_CONNECT_DEADLINE_MS',
  totalDeadlineMs: 'TOSS_TOTAL_DEADLINE_MS',
  breakerFailures: 'TOSS_BREAKER_FAILURES',
} as const satisfies Partial<Record<keyof TossClientSettings, string>>;

/** Every variable that {@link tossSettingsOf} reads beside NODE_ENV. */
export const tossVariables: readonly string[] = Object.values(variableOf);

/**
 * The settings of the Toss client in a worker's environment variables: `TOSS_SECRET_KEY`, `TOSS_SECRET_KEY_PREVIOUS`
 * (while keys are rotated), `TOSS_BASE_URL`, `TOSS_CONNECT_DEADLINE_MS`, `TOSS_TOTAL_DEADLINE_MS` and
 * `TOSS_BREAKER_FAILURES`.
 * @throws Error that lists everything wrong with them, by variable, and shows no key.
 */
export function tossSettingsOf(env: Readonly<Record<string, string | undefined>>): TossClientSettings {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const settings: TossClientSettings = {
    environment: environmentOf(env['NODE_ENV']),
    secretKey: env[variableOf.secretKey],
    previousSecretKey: env[variableOf.previousSecretKey],
    baseUrl: env[variableOf.baseUrl],
    connectDeadlineMs: number(env[variableOf.connectDeadlineMs]),
    totalDeadlineMs: number(env[variableOf.totalDeadlineMs]),
    breakerFailures: number(env[variableOf.breakerFailures]),
  };
  try {
    tossClientConfig(settings);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(
      message.replaceAll(/\b[a-zA-Z]+\b/g, (word) =>
        word in variableOf ? variableOf[word as keyof typeof variableOf] : word,
      ),
      { cause: error },
    );
  }
  return Object.freeze(settings);
}

/** A worker that is not told where it runs does not start, whatever is said here about the rest. */
function environmentOf(name: string | undefined): TossEnvironment {
  return name === 'development' || name === 'staging' ? name : 'production';
}
