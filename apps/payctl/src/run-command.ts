import { parseArgs } from 'node:util';
import { type Config } from './config';
import { exitCodes } from './exit-codes';
import { explainCommand } from './explain/explain-command';

export interface Surroundings {
  /** @throws Error that lists everything wrong with it. */
  readonly configuration: () => Config;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const usage = `Usage: payctl explain <order id | payment id | payment key> [--json]

Reads, and changes nothing. Everything about one order, oldest first, from the database and from Toss; what does not fit,
what waits, and a verdict in one sentence. Payment keys are masked.

  payctl explain 1001
  payctl explain 0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e --json
  payctl explain tgen_20250626194853NtWm4

Ends with 0 when it is in order, 1 when something does not fit, 2 when this was not understood, 3 when there is no such
order, 4 when a source could not be read. It wants the variables of the workers: NODE_ENV, DB_HOST, DB_PORT, DB_NAME,
DB_USERNAME and DB_PASSWORD (an account that can only read will do), TOSS_SECRET_KEY and TOSS_BASE_URL.`;

/** @returns the exit code. Never rejects. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  const asked = readArguments(args);
  if ('problem' in asked) {
    complain(`payctl: ${asked.problem}\n\n${usage}`);
    return exitCodes.usage;
  }
  if (asked.wantsHelp) {
    print(usage);
    return exitCodes.fine;
  }
  try {
    const config = surroundings.configuration();
    return await explainCommand({ ...asked, config, print, complain });
  } catch (error) {
    complain(`payctl: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.usage;
  }
}

type Asked =
  { readonly wantsHelp: true } | { readonly wantsHelp: false; readonly reference: string; readonly json: boolean };

function readArguments(args: readonly string[]): Asked | { readonly problem: string } {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help === true) return { wantsHelp: true };
    const [command, reference, ...rest] = positionals;
    if (command === undefined) return { problem: 'what is it to do?' };
    if (command !== 'explain') return { problem: `there is no command '${command}'` };
    if (reference === undefined) return { problem: 'explain what? An order id, a payment id or a payment key' };
    if (rest.length > 0) return { problem: `what is '${rest.join(' ')}' for? explain takes one order` };
    return { wantsHelp: false, reference, json: values.json === true };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
