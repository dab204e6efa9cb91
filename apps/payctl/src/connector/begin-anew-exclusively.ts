import { setTimeout as sleep } from 'node:timers/promises';
import { beginAnew, CONNECTOR_LOCK, type KafkaConnectClient } from '@koosco/outbox-connector';
import { createDatabase, databaseOptionsOf } from '@koosco/payment-db';
import { type Config } from '../config';

/**
 * Lets the connector begin anew while no relay does anything to it, and tells the relays so.
 * @returns whether it was done, and not somebody else's turn.
 * @throws KafkaConnectFailure, or the driver's error. May be repeated.
 */
export async function beginAnewExclusively(config: Config, connect: KafkaConnectClient): Promise<boolean> {
  const database = createDatabase({ ...databaseOptionsOf(config), connectionLimit: 1 });
  try {
    const done = await database.exclusively(CONNECTOR_LOCK, async () => {
      await beginAnew(connect, config.CONNECTOR_NAME, sleep);
      await database.outboxRecovery.hasBegunAnew();
      return true;
    });
    return done === true;
  } finally {
    await database.close();
  }
}
