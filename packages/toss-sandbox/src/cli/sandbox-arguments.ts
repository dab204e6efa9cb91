import { parseArgs } from 'node:util';
import { type SandboxOptions } from '../sandbox';
import { documentedMerchant, type Merchant } from '../state/merchant-keys';

export const usage = `Usage: toss-sandbox [options]

A stateful stand-in for the Toss Payments API over HTTP.

  --port P               port to listen on; 4040 by default, 0 for a free one
  --host H               address to listen on; 127.0.0.1 by default
  --data DIR             keep everything in DIR (journal.jsonl, ledger.jsonl); in memory without it
  --clock real|virtual   a virtual clock stands still until advanced
  --seed N               replay generated keys and probabilities
  --switch NAME=POSITION set a switch; repeatable, see the README
  --merchant MID:CLIENT_KEY:SECRET_KEY
                         accept these test keys instead of the documented ones; repeatable
  --webhook URL          send webhooks there
  --help                 print this
`;

/** A mistake in the arguments, to be shown as it is. */
export class UsageError extends Error {}

const portDefault = 4040;

/** Undefined when help is asked for. Throws UsageError for anything it does not understand. */
export function parseSandboxArguments(args: readonly string[]): SandboxOptions | undefined {
  const { values } = parsed(args);
  if (values.help === true) return undefined;
  const { host, data, clock, seed, webhook } = values;
  if (clock !== undefined && clock !== 'real' && clock !== 'virtual') {
    throw new UsageError(`--clock is real or virtual, not ${clock}`);
  }
  return {
    port: wholeNumber('--port', values.port ?? String(portDefault), 65_535),
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(clock === undefined ? {} : { clock }),
    ...(seed === undefined ? {} : { seed: wholeNumber('--seed', seed, 2 ** 32 - 1) }),
    ...(webhook === undefined ? {} : { webhookUrl: webhook }),
    switches: Object.fromEntries((values.switch ?? []).map(splitSwitch)),
    merchants: values.merchant === undefined ? [documentedMerchant] : merchantsOf(values.merchant),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        clock: { type: 'string' },
        seed: { type: 'string' },
        switch: { type: 'string', multiple: true },
        merchant: { type: 'string', multiple: true },
        webhook: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0 || number > max) {
    throw new UsageError(`${name} is a whole number up to ${max}, not ${text}`);
  }
  return number;
}

function splitSwitch(text: string): [string, string] {
  const [name, position] = text.split('=', 2);
  if (name === undefined || position === undefined) throw new UsageError(`--switch wants NAME=POSITION, not ${text}`);
  return [name, position];
}

function merchantsOf(texts: readonly string[]): Merchant[] {
  const merchants = new Map<string, Merchant>();
  for (const text of texts) {
    const [mId, clientKey, secretKey, ...rest] = text.split(':');
    if (mId === undefined || clientKey === undefined || secretKey === undefined || rest.length > 0) {
      throw new UsageError('--merchant wants MID:CLIENT_KEY:SECRET_KEY');
    }
    const keys = [...(merchants.get(mId)?.keys ?? []), { clientKey, secretKey }];
    merchants.set(mId, { mId, keys });
  }
  return [...merchants.values()];
}
