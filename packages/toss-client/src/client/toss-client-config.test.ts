import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';

import { tossClientConfig, type TossClientSettings } from './toss-client-config';

const testKey = 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6';
const liveKey = 'live_gsk_Zz0000000000000000000000';

function refusalOf(settings: Partial<TossClientSettings>): string {
  try {
    tossClientConfig({ environment: 'staging', secretKey: testKey, ...settings });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('tossClientConfig', () => {
  it.each<[string, Partial<TossClientSettings>, string]>([
    ['a missing key', { secretKey: undefined }, 'secretKey is missing'],
    ['an empty key', { secretKey: '' }, 'secretKey is missing'],
    ['a blank key', { secretKey: '  ' }, 'secretKey is missing'],
    ['a live key in staging', { secretKey: liveKey }, 'secretKey is a live key, but this is staging'],
    ['a live key in development', { secretKey: liveKey, environment: 'development' }, 'but this is development'],
    ['a byte order mark', { secretKey: `\uFEFF${testKey}` }, 'secretKey contains a byte order mark'],
    ['a leading space', { secretKey: ` ${testKey}` }, 'secretKey contains white space'],
    ['a trailing line break', { secretKey: `${testKey}\n` }, 'secretKey contains white space or a line break'],
    ['a space inside', { secretKey: 'test_gsk_docs OaPz' }, 'secretKey contains white space'],
    ['a placeholder', { secretKey: '${TOSS_SECRET_KEY}' }, 'secretKey is a placeholder that nobody filled in'],
    ['a client key', { secretKey: 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm' }, 'secretKey is a client key'],
    ['a client key of the payment window', { secretKey: 'test_ck_D5GePWvyJnrK0W0k6q8gLzN97Eoq' }, 'is a client key'],
    ['any other text', { secretKey: 'sk_live_51H' }, 'secretKey does not look like a secret key'],
    ['a quoted key', { secretKey: `"${testKey}"` }, 'secretKey does not look like a secret key'],
    ['a bad previous key', { previousSecretKey: '${OLD}' }, 'previousSecretKey is a placeholder'],
    ['the same key twice', { previousSecretKey: testKey }, 'previousSecretKey is the same as secretKey'],
    ['keys of two families', { previousSecretKey: 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R' }, 'not of the same kind'],
    ['http: in staging', { baseUrl: 'http://toss.example' }, 'baseUrl must begin with https: in staging'],
    [
      'http: in production',
      { environment: 'production', secretKey: liveKey, baseUrl: 'http://toss.example' },
      'baseUrl must begin with https: in production',
    ],
    ['another protocol', { baseUrl: 'ftp://toss.example' }, 'baseUrl must begin with https:, not ftp:'],
    ['no URL', { baseUrl: 'api.tosspayments.com' }, 'baseUrl is not a URL'],
    ['a password in the URL', { baseUrl: 'https://a:b@toss.example' }, 'must not carry a user name or password'],
    ['a deadline of 0', { totalDeadlineMs: 0 }, 'totalDeadlineMs must be a whole number of at least 1, but is 0'],
    ['a deadline that is no number', { connectDeadlineMs: NaN }, 'connectDeadlineMs must be a whole number'],
  ])('refuses %s', (_what, settings, message) => {
    expect(refusalOf(settings)).toContain(message);
  });

  it('lists everything that is wrong at once', () => {
    const message = refusalOf({
      secretKey: ' x',
      previousSecretKey: '${OLD}',
      baseUrl: 'http://a',
      breakerFailures: 0,
    });
    expect(message.split('\n')).toHaveLength(5);
  });

  it('never shows a key, neither in a refusal nor in what it returns', () => {
    for (const secretKey of [` ${testKey}`, liveKey, `\uFEFF${testKey}`, 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm']) {
      expect(refusalOf({ secretKey })).not.toContain(secretKey.trim().slice(9));
    }
    const config = tossClientConfig({ environment: 'staging', secretKey: testKey });
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toContain('docs_OaPz');
    expect(config.secretKeys.join()).toBe('[secret key]');
  });

  it('accepts live keys in production, http: in development, and two keys of one kind', () => {
    const production = tossClientConfig({ environment: 'production', secretKey: liveKey });
    expect(production).toMatchObject({
      baseUrl: 'https://api.tosspayments.com',
      connectDeadlineMs: 3_000,
      totalDeadlineMs: 60_000,
    });
    const development = tossClientConfig({
      environment: 'development',
      secretKey: 'test_gsk_new',
      previousSecretKey: testKey,
      baseUrl: 'http://127.0.0.1:8090/',
    });
    expect(development.baseUrl).toBe('http://127.0.0.1:8090');
    expect(development.secretKeys).toHaveLength(2);
  });
});
