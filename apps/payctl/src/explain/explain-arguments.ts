import { parseArguments } from '../parse-arguments';
import { caseReferencesOf } from '../case/case-reference';
import { type Command } from '../command';

/** Toss: a payment key has 200 characters at most; all that were ever seen are of these. */
const PAYMENT_KEY = /^[A-Za-z0-9_-]{1,200}$/;

export const explainArguments: Command = {
  summary: 'everything about one order, what does not fit, and a verdict',
  usage: `Usage: payctl explain <order id | payment id | attempt id | payment key> [--topics] [--json]

Reads, and changes nothing. Everything about one order, oldest first, from the database and from Toss; what does not fit,
what waits, and a verdict in one sentence. Payment keys are masked. --topics reads Kafka too, which takes some seconds more: the
events of the order and those of its payment, each with its topic, partition and offset, and what of them has no row, or no record.

  payctl explain 1001
  payctl explain 1001 --topics
  payctl explain 0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e --json
  payctl explain tgen_20250626194853NtWm4`,

  understand(args) {
    const parsed = parseArguments(args, { topics: { type: 'boolean' }, json: { type: 'boolean' } });
    if (typeof parsed === 'string') return parsed;
    const [reference, ...rest] = parsed.positionals;
    if (reference === undefined) return 'explain what? An order id, a payment id, an attempt id or a payment key';
    if (rest.length > 0) return `what is '${rest.join(' ')}' for? explain takes one order`;
    const isOurs = caseReferencesOf(reference).length > 0;
    // What has been typed may be a payment key with something missing, and is not repeated.
    if (!isOurs && (!PAYMENT_KEY.test(reference) || /^\d+$/.test(reference))) {
      return 'that is no order id (a whole number from 1 on), no uuid of ours, and no payment key';
    }
    return async (surroundings) =>
      (await import('./explain-command.js')).explainCommand({
        ...surroundings,
        reference,
        topics: parsed.values['topics'] === true,
        json: parsed.values['json'] === true,
      });
  },
};
