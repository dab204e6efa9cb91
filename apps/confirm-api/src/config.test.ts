import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config';

const production = {
  NODE_ENV: 'production',
  DB_USERNAME: 'payment',
  DB_PASSWORD: 'a-database-password',
  JWT_SECRET: 'a-signing-secret-of-more-than-32-characters',
  TOSS_SECRET_KEY: 'live_gsk_aSecretKeyOfOurs',
  TOSS_CLIENT_KEY: 'live_gck_aClientKeyOfOurs',
};

describe('loadConfig', () => {
  it('needs nothing but NODE_ENV in development', () => {
    const config = loadConfig({ NODE_ENV: 'development' });
    expect(config).toMatchObject({ SERVER_PORT: 8087, DB_NAME: 'commerce-payment', DB_PORT: 3306 });
    expect(config.toss.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('has no default for a secret outside development', () => {
    const message = complaintAbout({ NODE_ENV: 'production' });
    for (const name of ['DB_USERNAME', 'DB_PASSWORD', 'JWT_SECRET', 'TOSS_CLIENT_KEY']) {
      expect(message).toContain(`${name} is missing`);
    }
    expect(message).toContain('TOSS_SECRET_KEY is missing');
  });

  it('takes live keys in production', () => {
    expect(loadConfig(production).toss.baseUrl).toBeUndefined();
  });

  it('cannot be changed', () => {
    const config = loadConfig({ NODE_ENV: 'development' });
    expect(() => Object.assign(config, { JWT_SECRET: 'another' })).toThrow(TypeError);
    expect(() => Object.assign(config.toss, { secretKey: 'another' })).toThrow(TypeError);
  });

  it('wants NODE_ENV, which decides about everything else', () => {
    expect(complaintAbout({})).toContain('NODE_ENV is missing');
    expect(complaintAbout({ NODE_ENV: 'test' })).toContain('NODE_ENV: ');
  });

  it('lists every problem at once and shows no value', () => {
    const wrong = {
      ...production,
      SERVER_PORT: '80877',
      DB_PORT: 'three',
      JWT_SECRET: 'a-short-secret',
      TOSS_CLIENT_KEY: 'live_gsk_aSecretKeyInTheWrongPlace',
      TOSS_SECRET_KEY: 'live_gck_aClientKeyInTheWrongPlace',
      CONFIRM_WAIT_MS: '-5',
      LOG_LEVEL: 'loud',
    };
    const message = complaintAbout(wrong);
    for (const name of ['SERVER_PORT', 'DB_PORT', 'JWT_SECRET', 'TOSS_CLIENT_KEY', 'CONFIRM_WAIT_MS', 'LOG_LEVEL']) {
      expect(message).toContain(`- ${name}: `);
    }
    expect(message).toContain('TOSS_SECRET_KEY is a client key');
    for (const value of Object.values(wrong)) if (value !== 'production') expect(message).not.toContain(value);
  });

  it.each(['development', 'staging'])('refuses a live secret key in %s', (NODE_ENV) => {
    expect(complaintAbout({ ...production, NODE_ENV })).toContain('live key');
  });

  it('refuses a live client key beside a test secret key', () => {
    const TOSS_SECRET_KEY = 'test_gsk_aSecretKeyOfOurs';
    expect(complaintAbout({ ...production, NODE_ENV: 'staging', TOSS_SECRET_KEY })).toContain('not of one pair');
  });

  it('refuses a client key of the widget beside a secret key of the API', () => {
    expect(complaintAbout({ ...production, TOSS_SECRET_KEY: 'live_sk_aSecretKeyOfOurs' })).toContain('not of one pair');
  });

  it('lets no other origin in unless it is named, and takes a list of origins', () => {
    expect(loadConfig(production).CORS_ALLOWED_ORIGINS).toEqual([]);
    const CORS_ALLOWED_ORIGINS = 'https://shop.example, http://localhost:3000';
    expect(loadConfig({ ...production, CORS_ALLOWED_ORIGINS }).CORS_ALLOWED_ORIGINS).toEqual([
      'https://shop.example',
      'http://localhost:3000',
    ]);
  });

  it.each([
    ...['*', 'null', 'shop.example', 'https://*.shop.example', 'https://shop.example/', 'https://shop.example/pay'],
    ...['https://shop.example,', 'https://Shop.example', 'https://shop.example:443', 'ftp://shop.example'],
  ])('refuses %s as a list of origins, which no browser would ever match', (CORS_ALLOWED_ORIGINS) => {
    expect(complaintAbout({ ...production, CORS_ALLOWED_ORIGINS })).toContain(
      '- CORS_ALLOWED_ORIGINS: must be origins as a browser sends them',
    );
  });

  it('counts a variable that is set to nothing as missing', () => {
    expect(complaintAbout({ ...production, JWT_SECRET: '' })).toContain('JWT_SECRET is missing');
  });
});

function complaintAbout(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}
