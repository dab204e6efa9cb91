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

  it.each([
    ['OTEL_SDK_DISABLED', 'yes', 'true or false'],
    ['OTEL_TRACES_EXPORTER', 'jaeger', 'otlp or none'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'such as http://localhost:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector', 'such as http://localhost:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'http/json'],
    ['OTEL_TRACES_SAMPLER', 'sometimes', 'traceidratio'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%', 'from 0 to 1'],
    ['OTEL_TRACES_SAMPLER_ARG', '10', '1 or less'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'staging', 'such as service.version=1.2.3'],
  ])('says what is to be done about %s=%s', (name, value, advice) => {
    const given = () => parse({ NODE_ENV: 'development', [name]: value });
    expect(given).toThrow(new RegExp(`^- ${name}: must be .*${advice.replaceAll('.', '[.]')}`, 'm'));
  });

  it('takes what the SDK takes of the variables of OpenTelemetry', () => {
    const env = {
      OTEL_SDK_DISABLED: 'TRUE',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318/base',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.3, deployment.environment.name=staging',
    };
    expect(parse({ NODE_ENV: 'development', ...env })).toMatchObject({ ...env, OTEL_TRACES_SAMPLER_ARG: 0.25 });
  });
});
