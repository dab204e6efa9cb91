import { failureIn, type KafkaConnectClient } from '@koosco/outbox-connector';
import { databaseOptionsOf, readOutboxState } from '@koosco/payment-db/operators';
import { canaryText, isCanaryFresh } from '../canary-text';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';

/**
 * How Connect says that it is, and whether that is true: a connector says that it runs while nothing comes through it.
 * @throws KafkaConnectFailure when Connect does not answer.
 */
export async function connectorStatus(
  { config, json, print, complain }: Streams & { readonly config: Config; readonly json: boolean },
  connect: KafkaConnectClient,
): Promise<number> {
  const name = config.CONNECTOR_NAME;
  const [{ connector, tasks, traces }, outbox] = await Promise.all([
    connect.status(name),
    readOutboxState(databaseOptionsOf(config)).catch((error: unknown) => ({ unread: reasonOf(error) })),
  ]);
  const failures = traces.map(failureIn);
  const canary = 'unread' in outbox ? null : outbox.canary;
  if (json) print(JSON.stringify({ connector: name, state: connector, tasks, failures, canary }));
  else {
    print(`connector  ${connector === 'ABSENT' ? `there is no '${name}'` : `${name} ${connector}`}`);
    tasks.forEach((state, index) => print(`task ${index}     ${state}`));
    for (const failure of failures) print(`failed     ${failure}`);
    if (canary !== null) print(`canary     ${canaryText(canary)}`);
  }
  if ('unread' in outbox) complain(`payctl: the database did not tell of canaries: ${outbox.unread}`);
  if (connector === 'ABSENT') return exitCodes.notFound;
  const isRunning = tasks.length > 0 && [connector, ...tasks].every((state) => state === 'RUNNING');
  if (!isRunning) return exitCodes.contradiction;
  if (canary === null) return exitCodes.unread;
  return isCanaryFresh(canary) ? exitCodes.fine : exitCodes.contradiction;
}
