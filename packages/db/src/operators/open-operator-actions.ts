import { createConnection } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { sessionSettings } from '../connection/session-settings';

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

/** On one connection of its own. @throws the driver's error when the server does not answer within 5 s or lets nobody in. */
export async function openOperatorActions(address: DatabaseAddress): Promise<OperatorActions> {
  const { host, port, database, user, password } = address;
  const connection = await createConnection({
    ...{ host, port, database, user, password, timezone: 'Z', connectTimeout: 5_000 },
    initSql: [`${sessionSettings}, max_statement_time = 5`],
  });
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
