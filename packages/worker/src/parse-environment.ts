import { z } from 'zod';
import { LOG_LEVELS } from '@koosco/payment-telemetry/log-level';
import { tracingVariables } from './tracing-variables';

/** What every process of ours is told by its environment. */
export const processVariables = {
  /** Required: it decides whether secrets may have defaults and whether real money may move. */
  NODE_ENV: z.enum(['development', 'staging', 'production']),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
};

/** And every worker. */
export const workerVariables = { ...processVariables, ...tracingVariables };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a worker's configuration once, into a frozen object.
 * @param options.developmentDefaults stand in for what is missing, only when NODE_ENV is `development`.
 * @param options.derive further configuration from the same variables; what it throws joins the list of problems.
 * @throws Error with one message that lists everything missing or malformed by name, and shows no value: one of them
 *   may be a secret.
 */
export function parseEnvironment<Shape extends z.ZodRawShape, Derived extends object = object>(
  variables: z.ZodObject<Shape>,
  options: {
    env: Environment;
    developmentDefaults: Readonly<Record<string, string>>;
    derive?: (given: Environment) => Derived;
  },
): Readonly<z.infer<z.ZodObject<Shape>> & Derived> {
  const isDevelopment = options.env['NODE_ENV'] === 'development';
  const given: Environment = { ...(isDevelopment ? options.developmentDefaults : {}), ...withoutEmpty(options.env) };
  const parsed = variables.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, given));
  let derived: Derived | undefined;
  try {
    derived = options.derive?.(given);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  if (!parsed.success || problems.length > 0) {
    throw new Error(`The configuration is not usable; nothing was started.\n${problems.map(bulleted).join('\n')}`);
  }
  return Object.freeze({ ...parsed.data, ...derived }) as Readonly<z.infer<z.ZodObject<Shape>> & Derived>;
}

/** A variable set to nothing is what a template without a value leaves behind: it counts as missing. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

function describe(issue: z.core.$ZodIssue, given: Environment): string {
  const name = issue.path.join('.');
  return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
}

function bulleted(problem: string): string {
  return `- ${problem.replaceAll('\n', '\n  ')}`;
}
