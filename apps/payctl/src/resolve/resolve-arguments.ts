import { caseReferencesOf } from '../case/case-reference';
import { changeOf, changeOptions } from '../change';
import { type Command } from '../command';
import { parseArguments } from '../parse-arguments';

export const resolveArguments: Command = {
  summary: 'an attempt that is not settled: what Toss says, and settle it by that',
  usage: `Usage: payctl resolve <attempt id | order id | payment id> [--why "…"] [--operator NAME] [--json]

Shows an attempt to charge beside its payment, its charges and what Toss says now, and what that permits. An order or a payment
stands for its attempt that is not settled. Changes nothing until it is told why, which is kept with your name (--operator, or who
you are here): then the attempt is taken over as outbox-relay would take it, Toss is asked once more, and what it says for certain
is settled. Nothing is ever sent to Toss that could move money; an answer that is not certain settles nothing.

Ends with 1 where nothing is permitted: somebody is at work on it, a confirm may still be accepted, or Toss's answer is unclear.

  payctl resolve 1001
  payctl resolve 0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e --why "outbox-relay is down, the buyer is on the phone, ticket 4711"`,

  understand(args) {
    const parsed = parseArguments(args, { json: { type: 'boolean' }, ...changeOptions });
    if (typeof parsed === 'string') return parsed;
    const { values, positionals } = parsed;
    const [given, ...rest] = positionals;
    if (given === undefined) return 'resolve what? An attempt id, an order id or a payment id';
    if (rest.length > 0) return `what is '${rest.join(' ')}' for? resolve takes one attempt`;
    const references = caseReferencesOf(given);
    if (references.length === 0)
      return 'resolve takes an attempt id, an order id or a payment id; payctl explain knows them';
    const change = changeOf(values);
    if (typeof change === 'string') return change;
    const json = values['json'] === true;
    return async (surroundings) =>
      (await import('./resolve-command.js')).resolveCommand({ ...surroundings, given, references, change, json });
  },
};
