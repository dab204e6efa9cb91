import { changeOf, changeOptions } from '../change';
import { type Command } from '../command';
import { instantOf } from '../instant';
import { parseArguments } from '../parse-arguments';
import { type Selection } from './dlt-command';

const VERBS = ['list', 'show', 'replay', 'discard'] as const;
const LONG_AGO = new Date(0);

export const dltArguments: Command = {
  summary: 'dead letters: list, show, replay or discard them',
  usage: `Usage: payctl dlt list [selection] [--decided] [--json]
       payctl dlt show <place…> [--json]
       payctl dlt replay <place… | selection> [--why "…"]
       payctl dlt discard <place… | selection> [--why "…"]

What no retry could ever process, parked by order-consumer. A place is where the record was: koosco.commerce.order.placed[2]@17.
A selection is any of --reason "part of it", --order ID, --since T (2026-11-27T09:00:00Z, or so long ago: 24h), or --all.

replay and discard only say what they would do until they are told why, which is kept with your name (--operator, or who you are
here). replay sends the record as it was to its own topic, in its order; what is still unreadable, or comes behind an undecided
record of its key, is refused, and the exit code is 1. To replay twice is harmless: consumers know an event by its id.

  payctl dlt list --reason amount
  payctl dlt replay --order 1001 --why "order-service corrected the amount, ticket 4711"`,

  understand(args) {
    const parsed = parseArguments(args, {
      ...{ reason: { type: 'string' }, order: { type: 'string' }, since: { type: 'string' } },
      ...{ all: { type: 'boolean' }, decided: { type: 'boolean' }, json: { type: 'boolean' } },
      ...changeOptions,
    });
    if (typeof parsed === 'string') return parsed;
    const { values, positionals } = parsed;
    const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
    const [given, ...places] = positionals;
    const verb = VERBS.find((one) => one === given);
    if (verb === undefined) return given === undefined ? 'what of the dead letters?' : `dlt cannot '${given}'`;
    const since = text('since') === undefined ? LONG_AGO : instantOf(text('since') ?? '', new Date());
    if (since === null) return `--since is an instant such as 2026-11-27T09:00:00Z, or so long ago as 24h`;
    const orderId = text('order');
    if (orderId !== undefined && !/^[1-9]\d{0,18}$/.test(orderId)) return `--order is an order id, not '${orderId}'`;
    const isNarrowed = text('reason') !== undefined || orderId !== undefined || text('since') !== undefined;
    if (verb === 'show' && places.length === 0) return 'show what? A place, as payctl dlt list shows it';
    if (verb !== 'list' && verb !== 'show' && places.length === 0 && !isNarrowed && values['all'] !== true) {
      return `${verb} which? Places, --reason, --order, --since, or --all`;
    }
    const selection: Selection = {
      ...{ places, reason: text('reason'), orderId, since },
      decided: values['decided'] === true || places.length > 0,
    };
    const json = values['json'] === true;
    if (verb === 'list' || verb === 'show') {
      return async (surroundings) =>
        (await import('./dlt-command.js')).dltCommand({ ...surroundings, verb, selection, json });
    }
    const change = changeOf(values);
    if (typeof change === 'string') return change;
    return async (surroundings) =>
      (await import('./dlt-command.js')).dltCommand({ ...surroundings, verb, selection, json, change });
  },
};
