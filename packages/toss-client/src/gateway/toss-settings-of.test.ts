import { describe, expect, it } from '@jest/globals';
import { tossDefaults, tossSettingsOf } from './toss-settings-of';

describe('tossSettingsOf', () => {
  it('reads the settings of a development machine from its defaults', () => {
    expect(tossSettingsOf({ NODE_ENV: 'development', ...tossDefaults })).toMatchObject({
      environment: 'development',
      baseUrl: 'http://127.0.0.1:8090',
    });
  });

  it('says everything that is wrong in the words of the environment, without the key', () => {
    const env = {
      NODE_ENV: 'staging',
      TOSS_SECRET_KEY: 'live_gsk_neverShowThis',
      TOSS_BASE_URL: 'http://toss.example',
      TOSS_TOTAL_DEADLINE_MS: 'soon',
    };
    expect(() => tossSettingsOf(env)).toThrow(
      /TOSS_SECRET_KEY is a live key[^]*TOSS_BASE_URL[^]*TOSS_TOTAL_DEADLINE_MS/,
    );
    expect(() => tossSettingsOf(env)).not.toThrow(/neverShowThis|secretKey|baseUrl/);
  });

  it('treats a place without a name as the strictest, where nothing may be missing', () => {
    expect(() => tossSettingsOf({})).toThrow('TOSS_SECRET_KEY is missing');
  });
});
