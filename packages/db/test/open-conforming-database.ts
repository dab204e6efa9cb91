import { type PaymentChange } from '@koosco/payment-application';
import { type ConformingDatabase, type StoredTransaction } from '@koosco/payment-application/testing/conformance';
import { Money, type UnappliedCharge } from '@koosco/payment-domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mariadb';
import { createDatabase, type DatabaseOptions } from '../src/create-database';
import { freshDatabase } from '../src/testing';
import { datesAsText, inUtc } from '../src/transaction/dates-of-rows';
import { testServer } from './test-server';

/** InnoDB refreshes what it says about transactions at most ten times a second. */
const LOCK_WAIT_POLL_MS = 120;

/** The real database for the suite that the in-memory one obeys too. */
export async function openConformingDatabase(options: Partial<DatabaseOptions> = {}): Promise<ConformingDatabase> {
  const address = await freshDatabase(testServer());
  const database = createDatabase({ ...address, connectionLimit: 4, ...options });
  const observer = inUtc(await createConnection({ ...address, ...datesAsText }));
  return {
    unitOfWork: database.unitOfWork,
    reader: database.reader,
    leases: database.leases,
    refundReader: database.refundReader,
    refundLeases: database.refundLeases,
    transactionsOf: (paymentId) =>
      observer.query<StoredTransaction[]>(
        `SELECT type, status, pg_transaction_id AS pgTransactionId, amount AS amountKrw, occurred_at AS occurredAt
         FROM payment_transaction WHERE payment_id = ? ORDER BY id`,
        [paymentId],
      ),
    async eventsOf(paymentId) {
      const rows = await observer.query<{ payload: string }[]>(
        'SELECT payload FROM payment_outbox WHERE aggregate_id = ? ORDER BY id',
        [paymentId],
      );
      return rows.map(({ payload }) => (JSON.parse(payload) as { id: string }).id);
    },
    async historyOf(paymentId) {
      const rows = await observer.query<(Omit<PaymentChange, 'canceledAmount'> & { canceledAmount: bigint })[]>(
        `SELECT payment_id AS paymentId, sequence, from_status AS \`from\`, to_status AS \`to\`,
           canceled_amount AS canceledAmount, actor, causation_id AS causationId, attempt_id AS attemptId,
           refund_id AS refundId, pg_code AS pgCode, occurred_at AS at
         FROM payment_history WHERE payment_id = ? ORDER BY id`,
        [paymentId],
      );
      return rows.map(({ canceledAmount, ...rest }) => ({ ...rest, canceledAmount: Money.krw(canceledAmount) }));
    },
    async unappliedChargesOf(paymentId) {
      const rows = await observer.query<(Omit<UnappliedCharge, 'amount'> & { amount: bigint })[]>(
        `SELECT attempt_id AS attemptId, payment_id AS paymentId, order_id AS orderId, payment_key AS paymentKey,
           pg_transaction_id AS pgTransactionId, amount, approved_at AS approvedAt, reason, found_at AS foundAt
         FROM payment_unapplied_charge WHERE payment_id = ?`,
        [paymentId],
      );
      return rows.map(({ amount, ...rest }) => ({ ...rest, amount: Money.krw(amount) }));
    },
    async lockWait(signal) {
      const waiting = `SELECT 1 FROM information_schema.innodb_trx AS trx
        JOIN information_schema.processlist AS thread ON thread.id = trx.trx_mysql_thread_id
        WHERE trx.trx_state = 'LOCK WAIT' AND thread.db = ?`;
      do {
        await sleep(LOCK_WAIT_POLL_MS);
      } while (!signal.aborted && (await observer.query<unknown[]>(waiting, [address.database])).length === 0);
    },
    async close() {
      await observer.end();
      await database.close();
      await address.drop();
    },
  };
}
