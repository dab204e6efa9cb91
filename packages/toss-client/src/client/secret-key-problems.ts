import { type TossEnvironment } from './toss-environment';

export interface SecretKeyTraits {
  readonly mode: 'test' | 'live';
  /** `gsk` confirms payments of the widget, `sk` those of the payment window. */
  readonly family: string;
}

const FORM = /^(test|live)_(gsk|sk)_[A-Za-z0-9_]+$/;
const CLIENT_KEY = /^(test|live)_g?ck_/;

/** What is wrong with this text as a secret key, in sentences that never contain it. */
export function secretKeyProblems(
  name: string,
  text: string,
  environment: TossEnvironment,
): { problems: readonly string[]; traits: SecretKeyTraits | null } {
  const bad = (problem: string) => ({ problems: [`${name} ${problem}`], traits: null });
  if (text.trim() === '') return bad('is missing');
  // Before the white space: JavaScript counts a byte order mark as white space.
  if (text.includes('\uFEFF')) return bad('contains a byte order mark; save the file it came from without one');
  if (/\s/.test(text)) return bad('contains white space or a line break');
  if (/[${}]/.test(text)) return bad('is a placeholder that nobody filled in');
  if (CLIENT_KEY.test(text)) return bad('is a client key; the secret key of the same pair is needed');
  const [, mode, family] = FORM.exec(text) ?? [];
  if ((mode !== 'test' && mode !== 'live') || family === undefined) {
    return bad('does not look like a secret key: test_gsk_…, test_sk_…, live_gsk_… or live_sk_…');
  }
  if (mode === 'live' && environment !== 'production') {
    return bad(`is a live key, but this is ${environment}: it would move real money`);
  }
  return { problems: [], traits: { mode, family } };
}
