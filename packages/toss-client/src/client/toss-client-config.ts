import { SecretKey } from './secret-key';
import { secretKeyProblems, type SecretKeyTraits } from './secret-key-problems';
import { type TossCallObserver } from './toss-call-observer';
import { type TossEnvironment } from './toss-environment';

/** What an operator writes down; {@link tossClientConfig} makes a checked configuration of it. */
export interface TossClientSettings {
  readonly environment: TossEnvironment;
  readonly secretKey: string | undefined;
  /** While keys are being rotated: the old one. It is used only when Toss refused the new one as a key. */
  readonly previousSecretKey?: string | undefined;
  /** Default `https://api.tosspayments.com`; `http:` is for development. */
  readonly baseUrl?: string | undefined;
  /** Name lookup, TCP and TLS together. Default 3,000. */
  readonly connectDeadlineMs?: number | undefined;
  /** From the call to the last byte of the body, waiting for a free slot included. Default 60,000, Toss's own advice. */
  readonly totalDeadlineMs?: number | undefined;
  /** How many calls that move money may be under way; as many look-ups again. Default 64. */
  readonly concurrentCallsMax?: number | undefined;
  /** How many calls may wait for one of those slots; the next one is refused unsent. Default 256. */
  readonly waitingCallsMax?: number | undefined;
  /** How many calls in a row must get no answer or a 5xx before only single ones try again. Default 10. */
  readonly breakerFailures?: number | undefined;
  /** The longest pause between two of those; the first ones are shorter. Default 2,000. */
  readonly breakerPauseMs?: number | undefined;
  /** Default 16 MiB: the longest answer is a page of 5,000 transactions, about 2 MiB. */
  readonly responseBytesMax?: number | undefined;
  /** Language of messages and of names such as the method. Default `ko-KR`. */
  readonly acceptLanguage?: 'ko-KR' | 'en-US' | undefined;
  readonly onCall?: TossCallObserver | undefined;
}

/** Checked and complete; only {@link tossClientConfig} makes one. */
export interface TossClientConfig {
  /** The new key first. */
  readonly secretKeys: readonly [SecretKey, ...SecretKey[]];
  readonly baseUrl: string;
  readonly connectDeadlineMs: number;
  readonly totalDeadlineMs: number;
  readonly concurrentCallsMax: number;
  readonly waitingCallsMax: number;
  readonly breakerFailures: number;
  readonly breakerPauseMs: number;
  readonly responseBytesMax: number;
  readonly acceptLanguage: string;
  readonly onCall: TossCallObserver;
}

/**
 * @throws Error that lists everything that is wrong at once, one problem a line, and never shows a key.
 */
export function tossClientConfig(settings: TossClientSettings): TossClientConfig {
  const problems: string[] = [];
  const secretKeys = readSecretKeys(settings, problems);
  const baseUrl = readBaseUrl(settings, problems);
  const whole = (name: NumericSetting, fallback: number, min: number): number => {
    const value = settings[name] ?? fallback;
    if (!Number.isSafeInteger(value) || value < min) {
      problems.push(`${name} must be a whole number of at least ${min}, but is ${value}`);
    }
    return value;
  };
  const config = {
    baseUrl,
    connectDeadlineMs: whole('connectDeadlineMs', 3_000, 1),
    totalDeadlineMs: whole('totalDeadlineMs', 60_000, 1),
    concurrentCallsMax: whole('concurrentCallsMax', 64, 1),
    waitingCallsMax: whole('waitingCallsMax', 256, 0),
    breakerFailures: whole('breakerFailures', 10, 1),
    breakerPauseMs: whole('breakerPauseMs', 2_000, 1),
    responseBytesMax: whole('responseBytesMax', 16 * 1024 * 1024, 1),
    acceptLanguage: settings.acceptLanguage ?? 'ko-KR',
    onCall: settings.onCall ?? (() => undefined),
  };
  const [first, ...rest] = secretKeys;
  if (first === undefined || problems.length > 0) {
    throw new Error(`the Toss client cannot start:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
  return Object.freeze({ ...config, secretKeys: [first, ...rest] as const });
}

type NumericSetting =
  | 'connectDeadlineMs'
  | 'totalDeadlineMs'
  | 'concurrentCallsMax'
  | 'waitingCallsMax'
  | 'breakerFailures'
  | 'breakerPauseMs'
  | 'responseBytesMax';

function readSecretKeys(settings: TossClientSettings, problems: string[]): readonly SecretKey[] {
  const given: [string, string][] = [['secretKey', settings.secretKey ?? '']];
  if (settings.previousSecretKey !== undefined) given.push(['previousSecretKey', settings.previousSecretKey]);

  const traits: SecretKeyTraits[] = [];
  for (const [name, text] of given) {
    const reading = secretKeyProblems(name, text, settings.environment);
    problems.push(...reading.problems);
    if (reading.traits !== null) traits.push(reading.traits);
  }
  const [current, previous] = traits;
  if (current !== undefined && previous !== undefined) {
    // Both must see the same payments: another family or another environment has its own.
    if (current.mode !== previous.mode || current.family !== previous.family) {
      problems.push(
        'secretKey and previousSecretKey are not of the same kind (test or live, widget or individual API)',
      );
    }
    if (settings.secretKey === settings.previousSecretKey) problems.push('previousSecretKey is the same as secretKey');
  }
  return given.map(([, text]) => new SecretKey(text));
}

function readBaseUrl(
  { baseUrl = 'https://api.tosspayments.com', environment }: TossClientSettings,
  problems: string[],
): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    problems.push('baseUrl is not a URL');
    return '';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    problems.push(`baseUrl must begin with https:, not ${url.protocol}`);
  } else if (url.protocol === 'http:' && environment !== 'development') {
    problems.push(`baseUrl must begin with https: in ${environment}; http: would send the secret key in the clear`);
  }
  if (url.username !== '' || url.password !== '') problems.push('baseUrl must not carry a user name or password');
  if (url.search !== '' || url.hash !== '') problems.push('baseUrl must end with its path');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
