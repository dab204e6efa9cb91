import { setTimeout as sleep } from 'node:timers/promises';
import { CONNECTOR_LOCK, deleteConnector, KafkaConnectClient } from '@koosco/outbox-connector';
import { createDatabase, type Database, databaseOptionsOf, type RelayMode } from '@koosco/payment-db';
import { readOutboxState } from '@koosco/payment-db/operators';
import { type Change } from '../change';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { recordChange } from '../record-change';

export type ModeRequest = Streams & {
  readonly config: Config;
  readonly mode: RelayMode;
  /** Whether there is a Kafka Connect that could have the connector. */
  readonly hasConnect: boolean;
  readonly change: Change;
  readonly json: boolean;
};

/** `payctl outbox mode`. May be repeated wherever it was cut off. @returns the exit code; what went wrong is said, never thrown. */
export async function outboxMode(request: ModeRequest): Promise<number> {
  const { config, mode, hasConnect, change, json, print, complain } = request;
  const database = createDatabase({ ...databaseOptionsOf(config), connectionLimit: 1 });
  const connect = new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal: new AbortController().signal });
  try {
    const before = (await readOutboxState(databaseOptionsOf(config))).mode;
    const goes = mode === 'polling' && hasConnect && (await connect.configuration(config.CONNECTOR_NAME)) !== null;
    const what = `${before ?? 'nobody yet'} → ${mode}${goes ? `, and the connector ${config.CONNECTOR_NAME} goes` : ''}`;
    const { why } = change;
    if (why === undefined) {
      print(
        json ? JSON.stringify({ before, mode, deletesConnector: goes, done: false }) : `would change over: ${what}`,
      );
      complain('Nothing was done. To do it, stop all relays and say why: --why "…"');
      return exitCodes.fine;
    }
    await recordChange(config, 'outbox-mode', mode, { ...change, why });
    const obstacle = await changeOver(request, database, goes ? connect : null);
    if (obstacle !== null) {
      complain(`payctl: refused: ${obstacle}`);
      return exitCodes.contradiction;
    }
    print(json ? JSON.stringify({ before, mode, deletesConnector: goes, done: true }) : `changed over: ${what}`);
    if (!json) print(`Start relays with RELAY_MODE=${mode}; payctl outbox status says when canaries come back`);
    return exitCodes.fine;
  } catch (error) {
    const hint = hasConnect ? '. Where there is no Kafka Connect any more: --without-connect' : '';
    complain(`payctl: it could not be done: ${reasonOf(error)}${hint}`);
    return exitCodes.unread;
  } finally {
    await database.close();
  }
}

/** The note first: a relay of Debezium that still runs ends when it reads it, before it registers the connector again. */
async function changeOver(
  { config, mode }: ModeRequest,
  database: Database,
  connect: KafkaConnectClient | null,
): Promise<string | null> {
  if (!(await database.outboxPublication.changeMode(mode))) {
    return 'a relay publishes just now, and nothing was done: stop all relays';
  }
  if (connect === null) return null;
  const done = await database.exclusively(CONNECTOR_LOCK, async () => {
    await deleteConnector(connect, config.CONNECTOR_NAME, sleep);
    return true;
  });
  return done === null
    ? 'a relay does something to the connector, which is still there: stop all relays, and again'
    : null;
}
