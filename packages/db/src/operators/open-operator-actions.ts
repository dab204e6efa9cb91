import { type DatabaseAddress } from '../connection/database-address';
import { openConnection } from './open-connection';

export interface OperatorAction {
  readonly action: string;
  readonly target: string;
  readonly operator: string;
  readonly reason: string;
}

/** What people did by hand, and why. */
export interface OperatorActions {
  /** Durable when it resolves: before what it tells of is done. @throws the driver's error where the account may not write. */
  record(actions: readonly OperatorAction[]): Promise<void>;
  /** Of all targets that begin so, the newest last. */
  ofTargets(beginning: string): Promise<readonly (OperatorAction & { readonly at: Date })[]>;
  close(): Promise<void>;
}

const STATEMENT_SECONDS_MAX = 5;

/** On one connection of its own. @throws the driver's error when the server does not answer within 5 s or lets nobody in. */
export async function openOperatorActions(address: DatabaseAddress): Promise<OperatorActions> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  return {
    async record(actions) {
      if (actions.length === 0) return;
      const rows = actions.map(({ action, target, operator, reason }) => [action, target, operator, reason]);
      const places = rows.map(() => '(?, ?, ?, ?)').join(', ');
      await connection.query(
        `INSERT INTO payment_operator_action (action, target, operator, reason) VALUES ${places}`,
        rows.flat(),
      );
    },
    ofTargets: (beginning) =>
      connection.query(
        `SELECT action, target, operator, reason, at FROM payment_operator_action WHERE target LIKE ? ORDER BY id`,
        [`${beginning.replaceAll(/[%_\\]/g, '\\$&')}%`],
      ),
    close: () => connection.end(),
  };
}
