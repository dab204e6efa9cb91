import { changeOf, changeOptions } from '../change';
import { type Command } from '../command';
import { parseArguments } from '../parse-arguments';

const VERBS = ['plan', 'apply', 'status', 'restart'] as const;

export const connectorArguments: Command = {
  summary: "the outbox's connector in Kafka Connect: plan, apply, status, restart",
  usage: `Usage: payctl connector plan [--json]
       payctl connector apply [--why "…"] [--operator NAME] [--json]
       payctl connector status [--json]
       payctl connector restart [--begin-anew] [--why "…"] [--operator NAME] [--json]

outbox-relay does all of this by itself; this is for looking, and for when no relay runs.

plan compares the connector with the configuration that this version gives it in this environment, secrets masked, and ends with 1
where they differ, with 0 where they do not. apply puts that configuration. A relay of another version that runs puts its own back
within seconds. status tells how the connector and its tasks are, why they failed (without the contents of rows), and how old the
newest canary is; it ends with 1 unless all of it runs and canaries arrive, with 3 when there is no connector.

restart restarts what has failed and leaves alone what runs. With --begin-anew the connector is stopped, forgets its place in the
binary log and goes on from the end; what it had not read stays PENDING, and a relay sends it again once canaries arrive.

apply and restart only say what they would do until they are told why, which is kept with your name (--operator, or who you are
here). Wants KAFKA_CONNECT_URL and CONNECTOR_NAME; plan and apply also CONNECTOR_DB_USERNAME and CONNECTOR_DB_PASSWORD, which is the
place where Connect finds the password (\${env:CONNECTOR_DB_PASSWORD}), and CONNECTOR_DB_HOST, CONNECTOR_DB_PORT and
CONNECTOR_BOOTSTRAP_SERVERS where Connect reaches them by other names.

  payctl connector plan
  payctl connector apply --why "upgrade to 1.4, ticket 4711"
  payctl connector restart --begin-anew --why "binary logs were purged, no relay runs"`,

  understand(args) {
    const options = { json: { type: 'boolean' }, 'begin-anew': { type: 'boolean' }, ...changeOptions } as const;
    const parsed = parseArguments(args, options);
    if (typeof parsed === 'string') return parsed;
    const { values, positionals } = parsed;
    const [given, ...rest] = positionals;
    const verb = VERBS.find((one) => one === given);
    if (verb === undefined) return given === undefined ? 'what of the connector?' : `connector cannot '${given}'`;
    if (rest.length > 0) return `what is '${rest.join(' ')}' for? CONNECTOR_NAME says which connector is meant`;
    const beginsAnew = values['begin-anew'] === true;
    if (beginsAnew && verb !== 'restart') return '--begin-anew is for restart';
    const json = values['json'] === true;
    if (verb === 'plan' || verb === 'status') {
      if (values['why'] !== undefined) return `${verb} changes nothing, and wants no --why`;
      return async (surroundings) =>
        (await import('./connector-command.js')).connectorCommand({ ...surroundings, verb, json });
    }
    const change = changeOf(values);
    if (typeof change === 'string') return change;
    return async (surroundings) =>
      (await import('./connector-command.js')).connectorCommand({ ...surroundings, verb, beginsAnew, change, json });
  },
};
