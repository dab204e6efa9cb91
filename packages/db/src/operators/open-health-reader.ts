import { type DatabaseAddress } from '../connection/database-address';
import { openConnection } from './open-connection';
import { type Waiting, waitingOf, type WaitingRow, waitingStatements } from './waiting';

/** What waits in the database. */
export interface HealthReader {
  /** Confirms of which nobody knows whether they charged, and those under way. */
  attempts(): Promise<Waiting>;
  /** Refunds that are asked for and not settled. */
  refunds(): Promise<Waiting>;
  /** Charges that their payment could not take and that have not gone back. */
  unappliedCharges(): Promise<Waiting>;
  /** Events that nobody has seen on Kafka yet; counts no more than `pendingCountMax`. */
  pendingEvents(): Promise<Waiting>;
  close(): Promise<void>;
}

const STATEMENT_SECONDS_MAX = 5;

/** On one connection of its own. @throws the driver's error when the server does not answer within 5 s or lets nobody in. */
export async function openHealthReader(address: DatabaseAddress): Promise<HealthReader> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  const waiting = async (what: 'attempts' | 'refunds' | 'unappliedCharges' | 'pendingEvents'): Promise<Waiting> =>
    waitingOf(await connection.query<WaitingRow[]>(waitingStatements[what]));
  return {
    attempts: () => waiting('attempts'),
    refunds: () => waiting('refunds'),
    unappliedCharges: () => waiting('unappliedCharges'),
    pendingEvents: () => waiting('pendingEvents'),
    close: () => connection.end(),
  };
}
