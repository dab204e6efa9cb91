import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseEnvironment, workerVariables } from './parse-environment';

const variables = z.object({
  ...workerVariables,
  PORT: z.coerce.number().int().default(8087),
  SECRET: z.string().min(8, 'must have at least 8 characters'),
});
const developmentDefaults = { SECRET: 'development-secret' };

const parse = (env: Record<string, string | undefined>, derive?: () => object) =>
  parseEnvironment(variables, { env, developmentDefaults, ...(derive && { derive }) });

describe('parseEnvironment', () => {
  it('gives what the variables say, with what is derived from them, and lets nobody change it', () => {
    const config = parse({ NODE_ENV: 'production', SECRET: 'longer-than-8', PORT: '9000' }, () => ({ more: 1 }));
    expect(config).toEqual({ NODE_ENV: 'production', LOG_LEVEL: 'info', PORT: 9000, SECRET: 'longer-than-8', more: 1 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('has defaults for secrets in development only', () => {
    expect(parse({ NODE_ENV: 'development' }).SECRET).toBe('development-secret');
    for (const NODE_ENV of ['production', 'staging']) expect(() => parse({ NODE_ENV })).toThrow('SECRET is missing');
  });

  it('names everything that is wrong at once, and shows no value', () => {
    const derive = () => {
      throw new Error('TOSS_SECRET_KEY is a live key');
    };
    const env = { NODE_ENV: 'toaster', PORT: 'eighty', SECRET: 'hush' };
    let message = '';
    try {
      parse(env, derive);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of ['NODE_ENV', 'PORT', 'SECRET', 'TOSS_SECRET_KEY is a live key']) expect(message).toContain(name);
    for (const value of Object.values(env)) expect(message).not.toContain(value);
  });

  it('takes a variable that was left empty for missing', () => {
    expect(() => parse({ NODE_ENV: 'production', SECRET: '' })).toThrow('SECRET is missing');
    expect(parse({ NODE_ENV: 'development', SECRET: '' }).SECRET).toBe('development-secret');
  });

  it('must be told where it runs', () => {
    expect(() => parse({ SECRET: 'longer-than-8' })).toThrow('NODE_ENV is missing');
  });
});
