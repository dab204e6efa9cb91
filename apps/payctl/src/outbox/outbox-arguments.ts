import { changeOf, changeOptions } from '../change';
import { type Command } from '../command';
import { instantOf } from '../instant';
import { parseArguments } from '../parse-arguments';
import { type Repair } from './repair-command';

const ROW_ID = /^[1-9]\d{0,18}$/;
const PAYMENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const outboxArguments: Command = {
  summary: 'events on their way to Kafka: how that goes, and what to send again',
  usage: `Usage: payctl outbox status [--json]
       payctl outbox repair (--from T [--to T] [--topic NAME] | <payment id> | <row id>) [--why "…"] [--operator NAME] [--json]
       payctl outbox mode (debezium | polling) [--without-connect] [--why "…"] [--operator NAME] [--json]
       payctl outbox repair (--set-aside <row id> | --put-back <row id>) [--why "…"] [--operator NAME] [--json]

status tells what waits, how long canaries take (events that nobody waits for, sent to see whether others would arrive), when lost
events were last sent again and the connector last began anew, and which rows were set aside. It ends with 1 when no canary has
come back for a minute, or an event waits for longer than that.

repair sends again what was published already: for topics that were lost, or created again empty. What was lost on its way a relay
sends by itself. Chosen is what was inserted in a period (T: 2026-11-27T09:00:00Z, or so long ago: 24h), a payment, or a row; sent is
that and everything behind it of the same payment, as it was and in its order. Consumers know by its id what comes twice.

--set-aside moves a row that no topic takes, and at which the connector therefore fails, to payment_outbox_set_aside, and lets the
connector begin anew, so that everything else goes on, later events of the same payment too. --put-back undoes that.

mode changes over who brings events to Kafka, with all relays stopped: relays (polling), and then the connector is deleted with its
place in the binary log; or Debezium, whose connector the next relay registers. --without-connect: there is no Kafka Connect any more.

repair and mode only say what they would do until they are told why, which is kept with your name (--operator, or who you are here).

  payctl outbox status
  payctl outbox mode polling --why "Kafka Connect goes, ticket 4712"
  payctl outbox repair --from 2026-11-27T09:00:00Z --topic koosco.commerce.payment.completed --why "topic recreated, ticket 4711"
  payctl outbox repair --set-aside 91823 --why "its topic has an illegal name"`,

  understand(args) {
    const options = { json: { type: 'boolean' }, from: { type: 'string' }, to: { type: 'string' } } as const;
    const rows = {
      topic: { type: 'string' },
      'set-aside': { type: 'string' },
      'put-back': { type: 'string' },
      'without-connect': { type: 'boolean' },
    } as const;
    const parsed = parseArguments(args, { ...options, ...rows, ...changeOptions });
    if (typeof parsed === 'string') return parsed;
    const { values, positionals } = parsed;
    const [verb, ...given] = positionals;
    const json = values['json'] === true;
    if (verb === 'status') {
      const other = [...given, ...Object.keys(values).filter((name) => name !== 'json')];
      if (other.length > 0) return `what is '${other.join(' ')}' for? status takes nothing`;
      return async (surroundings) => (await import('./status-command.js')).outboxStatus({ ...surroundings, json });
    }
    if (verb === 'mode') return modeOf(values, given, json);
    if (values['without-connect'] === true) return '--without-connect is for mode';
    if (verb !== 'repair') return verb === undefined ? 'what of the outbox?' : `outbox cannot '${verb}'`;
    const repair = repairOf(values, given, new Date());
    if (typeof repair === 'string') return repair;
    const change = changeOf(values);
    if (typeof change === 'string') return change;
    return async (surroundings) =>
      (await import('./repair-command.js')).outboxRepair({ ...surroundings, repair, change, json });
  },
};

function modeOf(
  values: Readonly<Record<string, string | boolean | undefined>>,
  given: readonly string[],
  json: boolean,
): ReturnType<Command['understand']> {
  const other = Object.keys(values).filter((name) => !['json', 'why', 'operator', 'without-connect'].includes(name));
  const [mode] = given;
  if (given.length !== 1 || (mode !== 'debezium' && mode !== 'polling')) {
    return 'who is to bring events to Kafka? mode takes debezium or polling';
  }
  if (other.length > 0) return `what is '--${other.join(' --')}' for? mode takes nothing else`;
  const change = changeOf(values);
  if (typeof change === 'string') return change;
  const hasConnect = values['without-connect'] !== true;
  return async (surroundings) =>
    (await import('./mode-command.js')).outboxMode({ ...surroundings, mode, hasConnect, change, json });
}

function repairOf(
  values: Readonly<Record<string, string | boolean | undefined>>,
  given: readonly string[],
  now: Date,
): Repair | string {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const [from, to, topic, aside, back] = ['from', 'to', 'topic', 'set-aside', 'put-back'].map(text);
  const isPeriod = from !== undefined || to !== undefined || topic !== undefined;
  const ways = [isPeriod, aside !== undefined, back !== undefined, given.length > 0].filter(Boolean).length;
  if (ways !== 1 || given.length > 1) {
    return 'repair what? Either a period (--from), or one payment or row, or one row to --set-aside or --put-back';
  }
  const row = aside ?? back;
  if (row !== undefined) {
    if (!ROW_ID.test(row)) return `--set-aside and --put-back take the id of a row, not '${row}'`;
    return { kind: aside === undefined ? 'put-back' : 'set-aside', id: BigInt(row) };
  }
  const [one = ''] = given;
  if (PAYMENT_ID.test(one)) return { kind: 'payment', paymentId: one };
  if (ROW_ID.test(one)) return { kind: 'row', id: BigInt(one) };
  if (!isPeriod) return `'${one}' is neither the id of a payment nor that of a row; payctl explain knows both`;
  if (from === undefined) return 'from when on? --from says';
  const period = { from: instantOf(from, now), to: to === undefined ? now : instantOf(to, now) };
  if (period.from === null || period.to === null)
    return '--from and --to are instants such as 2026-11-27T09:00:00Z, or so long ago as 24h';
  if (period.from >= period.to) return '--from must be before --to';
  return { kind: 'period', from: period.from, to: period.to, topic };
}
