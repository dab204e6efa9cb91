import { parseArguments } from '../parse-arguments';
import { type Command } from '../command';

export const explainArguments: Command = {
  summary: 'everything about one order, what does not fit, and a verdict',
  usage: `Usage: payctl explain <order id | payment id | payment key> [--json]

Reads, and changes nothing. Everything about one order, oldest first, from the database and from Toss; what does not fit,
what waits, and a verdict in one sentence. Payment keys are masked.

  payctl explain 1001
  payctl explain 0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e --json
  payctl explain tgen_20250626194853NtWm4`,

  understand(args) {
    const parsed = parseArguments(args, { json: { type: 'boolean' } });
    if (typeof parsed === 'string') return parsed;
    const [reference, ...rest] = parsed.positionals;
    if (reference === undefined) return 'explain what? An order id, a payment id or a payment key';
    if (rest.length > 0) return `what is '${rest.join(' ')}' for? explain takes one order`;
    return async (surroundings) =>
      (await import('./explain-command.js')).explainCommand({
        ...surroundings,
        reference,
        json: parsed.values['json'] === true,
      });
  },
};
