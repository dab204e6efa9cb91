import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { type Command, type Streams } from './command';
import { auditArguments } from './audit/audit-arguments';
import { connectorArguments } from './connector/connector-arguments';
import { dltArguments } from './dlt/dlt-arguments';
import { exitCodes } from './exit-codes';
import { healthArguments } from './health/health-arguments';
import { explainArguments } from './explain/explain-arguments';
import { outboxArguments } from './outbox/outbox-arguments';
import { resolveArguments } from './resolve/resolve-arguments';
import { type Config } from './config';
import { reasonOf } from './reason-of';

export interface Surroundings extends Streams {
  /** @throws Error that lists everything wrong with it. */
  readonly configuration: () => Config;
}

const commands: Readonly<Record<string, Command>> = {
  explain: explainArguments,
  resolve: resolveArguments,
  audit: auditArguments,
  dlt: dltArguments,
  outbox: outboxArguments,
  connector: connectorArguments,
  health: healthArguments,
};

const usage = `Usage: payctl <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(11)}${summary}`)
  .join('\n')}

payctl <command> --help says more. --json prints one line of JSON instead of text.

Ends with 0 when all is in order, 1 when something does not fit, 2 when this was not understood, 3 when there is no such thing,
4 when a source could not be read, or a right is missing. It wants the variables of the workers: NODE_ENV, DB_HOST, DB_PORT, DB_NAME, DB_USERNAME and
DB_PASSWORD (an account that can only read will do), TOSS_SECRET_KEY, TOSS_BASE_URL and SPRING_KAFKA_BOOTSTRAP_SERVERS.`;

/** @returns the exit code. Never rejects. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const wantsHelp = [name, ...rest].some((arg) => arg === '--help' || arg === '-h');
  if (wantsHelp) {
    print(command?.usage ?? usage);
    return exitCodes.fine;
  }
  if (command === undefined) {
    const what = name === '' ? 'what is it to do?' : `there is no command '${name}'`;
    complain(`payctl: ${withoutKeys(what, args)}\n\n${usage}`);
    return exitCodes.usage;
  }
  const understood = command.understand(rest);
  if (typeof understood === 'string') {
    complain(`payctl: ${withoutKeys(understood, args)}\n\n${command.usage}`);
    return exitCodes.usage;
  }
  let config: Config;
  try {
    config = surroundings.configuration();
  } catch (error) {
    complain(`payctl: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.usage;
  }
  try {
    return await understood({ config, print, complain });
  } catch (error) {
    // A driver's message has its statement in it, and that a payment key.
    complain(`payctl: it could not be done: ${reasonOf(error)}`);
    return exitCodes.unread;
  }
}

/** What was typed in the wrong place may be a payment key, and what is printed may be kept. */
function withoutKeys(text: string, args: readonly string[]): string {
  const keys = args.filter((arg) => /^[A-Za-z0-9_][A-Za-z0-9_-]{17,}$/.test(arg) && /\d/.test(arg));
  return keys.reduce((shown, key) => shown.replaceAll(key, maskPaymentKey(key)), text);
}
