import { type OrderRecords } from '@koosco/payment-application/testing';
import { type OrderId } from '@koosco/payment-domain';
import { type LedgerRow } from '@koosco/toss-sandbox';
import { type Connection } from 'mariadb';

/** What the tables say about an order, by hand and not by our own repositories, and beside it the sandbox's ledger. */
export async function readOrderRecords(
  observer: Connection,
  orderId: OrderId,
  ledger: readonly LedgerRow[],
): Promise<OrderRecords> {
  const rows = <Row>(sql: string): Promise<Row[]> => observer.query<Row[]>({ sql, bigIntAsNumber: true }, [orderId]);
  const payments = await rows<{
    status: string;
    sequence: number;
    canceledAmount: number;
    approvedKey: string | null;
    isOrderCancelled: number;
  }>(`SELECT status, sequence, canceled_amount AS canceledAmount, order_cancelled_at IS NOT NULL AS isOrderCancelled,
        IF(approved_at IS NULL, NULL, payment_key) AS approvedKey FROM payment WHERE order_id = ?`);
  const number = async (sql: string): Promise<number> => Number((await rows<{ n: number | string | null }>(sql))[0]?.n);
  const ofPayment = '(SELECT payment_id FROM payment WHERE order_id = ?)';
  const events = await rows<{ type: string; sequence: number; canceled: number | null }>(
    `SELECT event_type AS type, CAST(JSON_VALUE(payload, '$.data.sequence') AS INT) AS sequence,
       CAST(JSON_VALUE(payload, '$.data.canceledAmount') AS INT) AS canceled
     FROM payment_outbox WHERE aggregate_id = ${ofPayment} ORDER BY id`,
  );
  const history = await rows<{ sequence: number; from: string | null; to: string; canceled: number }>(
    `SELECT sequence, from_status AS \`from\`, to_status AS \`to\`, canceled_amount AS canceled
     FROM payment_history WHERE payment_id = ${ofPayment} ORDER BY sequence`,
  );
  const [payment] = payments;
  return {
    payment:
      payment === undefined
        ? null
        : {
            ...{ status: payment.status, sequence: payment.sequence, approvedKey: payment.approvedKey },
            ...{ canceledKrw: BigInt(payment.canceledAmount), isOrderCancelled: payment.isOrderCancelled === 1 },
          },
    isCancellationKnown: (await number('SELECT COUNT(*) AS n FROM payment_order_cancellation WHERE order_id = ?')) > 0,
    underWay:
      (await number('SELECT COUNT(*) AS n FROM payment_attempt WHERE due_at IS NOT NULL AND order_id = ?')) +
      (await number('SELECT COUNT(*) AS n FROM payment_refund WHERE due_at IS NOT NULL AND order_id = ?')),
    unappliedCharges: await number(
      `SELECT COUNT(*) AS n FROM payment_unapplied_charge WHERE refunded_at IS NULL AND payment_id = ${ofPayment}`,
    ),
    refundedKrw: BigInt(
      await number(
        `SELECT COALESCE(SUM(amount), 0) AS n FROM payment_refund
         WHERE status = 'SUCCEEDED' AND attempt_id IS NULL AND order_id = ?`,
      ),
    ),
    cancelTransactionsKrw: BigInt(
      await number(
        `SELECT COALESCE(SUM(amount), 0) AS n FROM payment_transaction WHERE type = 'CANCEL' AND payment_id = ${ofPayment}`,
      ),
    ),
    events: events.map(({ type, sequence, canceled }) => ({ type, sequence, canceledKrw: BigInt(canceled ?? 0) })),
    history: history.map(({ sequence, from, to, canceled }) => ({ sequence, from, to, canceledKrw: BigInt(canceled) })),
    charges: chargesOf(ledger),
  };
}

function chargesOf(ledger: readonly LedgerRow[]): OrderRecords['charges'] {
  const charges = ledger.filter(({ kind }) => kind === 'charge');
  return charges.map(({ paymentKey, amount }) => {
    const back = ledger.filter((row) => row.kind !== 'charge' && row.paymentKey === paymentKey);
    return { paymentKey, heldKrw: BigInt(amount - back.reduce((sum, row) => sum + row.amount, 0)) };
  });
}
