import { parseArguments } from '../parse-arguments';
import { type Command } from '../command';
import { periodOf } from './period';

export const auditArguments: Command = {
  summary: 'every won of a period, at Toss, in the database and on Kafka, compared',
  usage: `Usage: payctl audit [--from T] [--to T] [--without-topics] [--json]

Reads, and changes nothing. Compares every movement of money in Toss's list of transactions with the records of its payment, those
with one another, each change with its event, and each event with its topic. T is an instant (2026-11-27T09:00:00Z) or so long ago
(90m, 24h, 7d); the last day unless told, but for its last two minutes, which Toss may not list yet. Ends with 1 when a won is
unexplained. What is under way is shown and explains itself later. Without Kafka, or for long periods: --without-topics.

  payctl audit
  payctl audit --from 7d --to 6d --without-topics
  payctl audit --from 2026-11-26T00:00:00+09:00 --to 2026-11-27T00:00:00+09:00 --json`,

  understand(args) {
    const parsed = parseArguments(args, {
      from: { type: 'string' },
      to: { type: 'string' },
      'without-topics': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (typeof parsed === 'string') return parsed;
    const { values, positionals } = parsed;
    if (positionals.length > 0) return `what is '${positionals.join(' ')}' for? audit takes a period, --from and --to`;
    const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
    const period = periodOf({ from: text('from'), to: text('to') }, new Date());
    if (typeof period === 'string') return period;
    const options = { topics: values['without-topics'] !== true, json: values['json'] === true };
    return async (surroundings) =>
      (await import('./audit-command.js')).auditCommand({ ...surroundings, ...period, ...options });
  },
};
