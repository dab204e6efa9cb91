import { type Difference, differencesOf, KafkaConnectClient, KafkaConnectFailure } from '@koosco/outbox-connector';
import { databaseOptionsOf, readOutboxState } from '@koosco/payment-db/operators';
import { type Change } from '../change';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { recordChange } from '../record-change';
import { connectorStatus } from './connector-status';
import { wantedConfiguration } from './wanted-configuration';

export type ConnectorRequest = Streams & { readonly config: Config; readonly json: boolean } & (
    | { readonly verb: 'plan' | 'status' }
    | { readonly verb: 'apply' | 'restart'; readonly beginsAnew: boolean; readonly change: Change }
  );

/** `payctl connector …`. @returns the exit code; what could not be read or done is said, never thrown. */
export async function connectorCommand(request: ConnectorRequest): Promise<number> {
  const { config, complain } = request;
  const connect = new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal: new AbortController().signal });
  try {
    switch (request.verb) {
      case 'plan':
        return await plan(request, connect);
      case 'status':
        return await connectorStatus(request, connect);
      case 'apply':
        return await apply(request, connect);
      case 'restart':
        return await restart(request, connect);
    }
  } catch (error) {
    if (error instanceof KafkaConnectFailure) {
      const isChange = request.verb === 'apply' || request.verb === 'restart';
      const known = isChange ? '\nWhether it was done is not known: payctl connector plan and status tell' : '';
      complain(`payctl: ${error.message}\nIt was asked at KAFKA_CONNECT_URL, ${config.KAFKA_CONNECT_URL}${known}`);
    } else complain(`payctl: the database did not take part: ${reasonOf(error)}`);
    return exitCodes.unread;
  }
}

type Changing = Extract<ConnectorRequest, { readonly change: Change }>;

async function plan(request: ConnectorRequest, connect: KafkaConnectClient): Promise<number> {
  const wanted = wantedConfiguration(request.config);
  if (typeof wanted === 'string') return notUnderstood(request, wanted);
  const found = await connect.configuration(request.config.CONNECTOR_NAME);
  const differences = differencesOf(found, wanted);
  show(request, { exists: found !== null, differences, done: false });
  return differences.length > 0 ? exitCodes.contradiction : exitCodes.fine;
}

async function apply(request: Changing, connect: KafkaConnectClient): Promise<number> {
  const { config, change, complain } = request;
  const wanted = wantedConfiguration(config);
  if (typeof wanted === 'string') return notUnderstood(request, wanted);
  const name = config.CONNECTOR_NAME;
  if ((await readOutboxState(databaseOptionsOf(config))).mode === 'polling') {
    complain(
      'payctl: refused: relays publish by polling here (RELAY_MODE), and a connector would publish everything once more',
    );
    return exitCodes.contradiction;
  }
  const found = await connect.configuration(name);
  const differences = differencesOf(found, wanted);
  const isDone = change.why !== undefined && differences.length > 0;
  if (isDone) {
    await recordChange(config, 'connector-apply', name, { ...change, why: change.why });
    await connect.putConfiguration(name, wanted);
  }
  show(request, { exists: found !== null, differences, done: isDone });
  if (change.why === undefined && differences.length > 0) complain('Nothing was done. To put it, say why: --why "…"');
  return exitCodes.fine;
}

async function restart(request: Changing, connect: KafkaConnectClient): Promise<number> {
  const { config, beginsAnew, change, json, print, complain } = request;
  const name = config.CONNECTOR_NAME;
  const { connector, tasks } = await connect.status(name);
  if (connector === 'ABSENT') {
    complain(`payctl: there is no connector '${name}': payctl connector apply puts it`);
    return exitCodes.notFound;
  }
  const failed = [connector, ...tasks].filter((state) => state === 'FAILED').length;
  const isNeeded = beginsAnew || failed > 0;
  const what = beginsAnew
    ? 'stop it, forget its place in the binary log, and go on from the end'
    : isNeeded
      ? `restart ${failed === 1 ? 'the one part' : `the ${failed} parts`} of it that failed`
      : 'nothing: no part of it has failed';
  const isDone = isNeeded && change.why !== undefined;
  if (isDone) {
    const action = beginsAnew ? 'connector-begin-anew' : 'connector-restart';
    await recordChange(config, action, name, { ...change, why: change.why });
    if (!beginsAnew) await connect.restartFailed(name);
    // What that needs takes longer to load than an answer takes.
    else if (!(await (await import('./begin-anew-exclusively.js')).beginAnewExclusively(config, connect))) {
      complain('payctl: a relay is doing something to the connector just now: try again');
      return exitCodes.contradiction;
    }
  }
  if (json) print(JSON.stringify({ connector: name, states: [connector, ...tasks], what, done: isDone }));
  else print(`${isDone ? 'done' : 'would be done'}: ${what}`);
  if (isNeeded && !isDone) complain('Nothing was done. To do it, say why: --why "…"');
  return exitCodes.fine;
}

function notUnderstood({ complain }: Streams, problem: string): number {
  complain(`payctl: ${problem}`);
  return exitCodes.usage;
}

interface Shown {
  readonly exists: boolean;
  readonly differences: readonly Difference[];
  readonly done: boolean;
}

function show({ config, json, print }: ConnectorRequest, { exists, differences, done }: Shown): void {
  const name = config.CONNECTOR_NAME;
  if (json) {
    print(JSON.stringify({ connector: name, exists, differences, done }));
    return;
  }
  if (!exists) print(`there is no connector '${name}'${done ? ' yet: it is put' : ''}`);
  else if (differences.length === 0) print(`connector '${name}' is as this version wants it`);
  else for (const difference of differences) print(lineOf(difference));
  if (done && exists) print(`done: ${differences.length} ${differences.length === 1 ? 'property' : 'properties'} put`);
}

function lineOf({ property, found, wanted }: Difference): string {
  if (found === null) return `+ ${property} = ${wanted ?? ''}`;
  if (wanted === null) return `- ${property} (is ${found})`;
  return found === wanted ? `~ ${property} (another secret)` : `~ ${property} = ${wanted} (is ${found})`;
}
