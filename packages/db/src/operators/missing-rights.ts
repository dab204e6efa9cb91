import { type DatabaseAddress } from '../connection/database-address';
import { openConnection } from './open-connection';

/** What an account needs beyond `SELECT`. */
export interface Right {
  readonly verb: 'INSERT' | 'UPDATE';
  readonly table: string;
}

/** What settling an attempt writes, and the line that tells who wanted it. */
export const rightsToResolve: readonly Right[] = [
  ...['payment_operator_action', 'payment_transaction', 'payment_history', 'payment_outbox'].map(mayInsert),
  ...['payment_unapplied_charge', 'payment_refund'].map(mayInsert),
  ...['payment', 'payment_attempt'].map((table) => ({ verb: 'UPDATE' as const, table })),
];

/** What deciding about something writes. */
export const rightsToDecide: readonly Right[] = [mayInsert('payment_operator_action')];

const STATEMENT_SECONDS_MAX = 5;

/**
 * Which of these rights the account does not have. Asked of the server, which knows about roles and grants by column: it
 * refuses to explain a statement that the account may not run, and explaining changes nothing.
 * @throws the driver's error when the server does not answer within 5 s or lets nobody in.
 */
export async function missingRights(address: DatabaseAddress, rights: readonly Right[]): Promise<readonly Right[]> {
  const connection = await openConnection(address, STATEMENT_SECONDS_MAX);
  try {
    const answers = await Promise.all(
      rights.map(async (right) => {
        const isDenied = await connection.query(`EXPLAIN ${statementOf(right)}`).then(
          () => false,
          (error: unknown) => (error as { code?: string }).code === 'ER_TABLEACCESS_DENIED_ERROR',
        );
        return isDenied ? [right] : [];
      }),
    );
    return answers.flat();
  } finally {
    await connection.end();
  }
}

function statementOf({ verb, table }: Right): string {
  return verb === 'INSERT' ? `INSERT INTO ${table} () VALUES ()` : `UPDATE ${table} SET id = id WHERE 1 = 0`;
}

function mayInsert(table: string): Right {
  return { verb: 'INSERT', table };
}
