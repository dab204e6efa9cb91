import { type Command } from '../command';
import { parseArguments } from '../parse-arguments';

export const healthArguments: Command = {
  summary: 'one table of the workers, the connector, the database and Kafka',
  usage: `Usage: payctl health [--json]

Reads, and changes nothing. A line each of the workers (PAYCTL_WORKERS: their addresses, separated by commas) and the connector
(KAFKA_CONNECT_URL), of confirms, refunds and charges that wait and since when, of events that nobody has seen yet, of canaries that
prove that events arrive, of what consumers have left to read, and of dead letters. ✗ is for somebody to look at, and ends with 1; ?
did not answer, and ends with 4.`,

  understand(args) {
    const parsed = parseArguments(args, { json: { type: 'boolean' } });
    if (typeof parsed === 'string') return parsed;
    if (parsed.positionals.length > 0) return `what is '${parsed.positionals.join(' ')}' for? health takes nothing`;
    return async (surroundings) =>
      (await import('./health-command.js')).healthCommand({ ...surroundings, json: parsed.values['json'] === true });
  },
};
