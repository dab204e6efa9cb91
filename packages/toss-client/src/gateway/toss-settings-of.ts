import { type TossClientSettings } from '../client/toss-client-config';
import { type TossEnvironment } from '../client/toss-environment';

/** Keys that Toss publishes for everybody's trials, and the local sandbox. */
export const tossDefaults = {
  TOSS_SECRET_KEY: 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6',
  TOSS_BASE_URL: 'http://127.0.0.1:8090',
};

/**
 * The settings of the Toss client in a worker's environment variables: `TOSS_SECRET_KEY`,
 * `TOSS_SECRET_KEY_PREVIOUS` (while keys are rotated), `TOSS_BASE_URL`, `TOSS_CONNECT_DEADLINE_MS` and
 * `TOSS_TOTAL_DEADLINE_MS`. Nothing is checked here; `tossClientConfig` does that.
 */
export function tossSettingsOf(env: Readonly<Record<string, string | undefined>>): TossClientSettings {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    environment: env['NODE_ENV'] as TossEnvironment,
    secretKey: env['TOSS_SECRET_KEY'],
    previousSecretKey: env['TOSS_SECRET_KEY_PREVIOUS'],
    baseUrl: env['TOSS_BASE_URL'],
    connectDeadlineMs: number(env['TOSS_CONNECT_DEADLINE_MS']),
    totalDeadlineMs: number(env['TOSS_TOTAL_DEADLINE_MS']),
  };
}
