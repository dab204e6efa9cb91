import { type KafkaConnectClient } from './kafka-connect-client';

/**
 * Name of the lock (`Database.exclusively`) under which anybody does something to the connector: resuming what another has
 * stopped would undo it.
 */
export const CONNECTOR_LOCK = 'outbox-connector';

const STOP_LOOK_INTERVAL_MS = 100;
const STOP_LOOKS_MAX = 100;

/**
 * Lets the connector forget its position, so that it goes on from the end of the binary log: stop, delete the offsets, resume.
 * What it has not read by then it never will: those rows stay PENDING, and are sent again once canaries arrive. May be repeated
 * from the beginning wherever it was cut off.
 *
 * @throws KafkaConnectFailure when Connect does not answer, or refuses to delete the offsets because its tasks are not gone after
 * 10 s. The connector may be STOPPED then.
 */
export async function beginAnew(
  connect: Pick<KafkaConnectClient, 'stop' | 'status' | 'deleteOffsets' | 'resume'>,
  name: string,
  sleep: (ms: number) => Promise<unknown>,
): Promise<void> {
  await forgetPlace(connect, name, sleep);
  await connect.resume(name);
}

/**
 * Deletes the connector and its place in the binary log: one that is registered later begins at the end, and sends nothing again.
 * @throws as {@link beginAnew}. May be repeated.
 */
export async function deleteConnector(
  connect: Pick<KafkaConnectClient, 'stop' | 'status' | 'deleteOffsets' | 'delete'>,
  name: string,
  sleep: (ms: number) => Promise<unknown>,
): Promise<void> {
  await forgetPlace(connect, name, sleep);
  await connect.delete(name);
}

async function forgetPlace(
  connect: Pick<KafkaConnectClient, 'stop' | 'status' | 'deleteOffsets'>,
  name: string,
  sleep: (ms: number) => Promise<unknown>,
): Promise<void> {
  await connect.stop(name);
  for (let looks = 0; looks < STOP_LOOKS_MAX; looks += 1) {
    const { connector, tasks } = await connect.status(name);
    if (connector === 'STOPPED' && tasks.length === 0) break;
    await sleep(STOP_LOOK_INTERVAL_MS);
  }
  await connect.deleteOffsets(name);
}
