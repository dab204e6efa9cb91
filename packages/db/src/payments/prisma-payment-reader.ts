import {
  type AttemptGlimpse,
  type OpenRefund,
  type PaymentReader,
  type PaymentView,
  type TransactionView,
} from '@koosco/payment-application';
import {
  Money,
  type OrderId,
  type Payment,
  type PaymentAttempt,
  type PaymentAttemptStatus,
  type PaymentId,
  type UnresolvedAttemptStatus,
} from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { paymentAttemptFromRow, virtualAccountFromRow, type VirtualAccountRow } from '../attempts/payment-attempt-row';
import { selectList } from '../transaction/column-mapping';
import { dateOf } from '../transaction/dates-of-rows';
import { paymentColumns, paymentFromRow, type PaymentRow } from './payment-row';

export class PrismaPaymentReader implements PaymentReader {
  constructor(private readonly client: PrismaClient) {}

  async findById(paymentId: PaymentId): Promise<Payment | null> {
    const row = await this.client.payment.findUnique({ where: { paymentId } });
    return row && paymentFromRow(row);
  }

  async findByOrderId(orderId: OrderId): Promise<Payment | null> {
    const row = await this.client.payment.findUnique({ where: { orderId } });
    return row && paymentFromRow(row);
  }

  viewById(paymentId: PaymentId): Promise<PaymentView | null> {
    return this.#view(Prisma.sql`payment_id = ${paymentId}`);
  }

  viewByOrderId(orderId: OrderId): Promise<PaymentView | null> {
    return this.#view(Prisma.sql`order_id = ${orderId}`);
  }

  /** In one statement, so that payment and attempt are of one moment: between two, the attempt could be settled. */
  async #view(isWanted: Prisma.Sql): Promise<PaymentView | null> {
    const [row] = await this.client.$queryRaw<ViewRow[]>(Prisma.sql`
      SELECT ${selectList(paymentColumns)}, attemptStatus, attemptSince,
        virtualAccountBank, virtualAccountNumber, virtualAccountHolder, virtualAccountDueAt,
        (SELECT JSON_ARRAYAGG(JSON_OBJECT('type', type, 'status', status, 'pgTransactionId', pg_transaction_id,
            'amount', amount, 'occurredAt', occurred_at) ORDER BY id)
          FROM payment_transaction AS moved WHERE moved.payment_id = payment.payment_id) AS transactions,
        (SELECT JSON_ARRAYAGG(JSON_OBJECT('refundId', refund_id, 'status', status, 'amount', amount,
            'since', created_at) ORDER BY id)
          FROM payment_refund AS refund
          WHERE refund.payment_id = payment.payment_id AND refund.due_at IS NOT NULL AND refund.attempt_id IS NULL
        ) AS openRefunds
      FROM payment LEFT JOIN (
        SELECT unresolved_payment_id AS unresolvedPaymentId, status AS attemptStatus, created_at AS attemptSince,
          virtual_account_bank AS virtualAccountBank, virtual_account_number AS virtualAccountNumber,
          virtual_account_holder AS virtualAccountHolder, virtual_account_due_at AS virtualAccountDueAt
        FROM payment_attempt
      ) AS unresolved ON unresolvedPaymentId = payment_id
      WHERE ${isWanted}`);
    if (row === undefined) return null;
    const { attemptStatus: status, attemptSince: since } = row;
    const openAttempt =
      status === null || since === null ? null : { status, since, virtualAccount: virtualAccountFromRow(row) };
    const transactions = listed<TransactionView>(row.transactions).map((moved) => ({
      ...moved,
      amount: Money.krw(BigInt(moved.amount)),
      occurredAt: dateOf(moved.occurredAt),
    }));
    const openRefunds = listed<OpenRefund>(row.openRefunds).map((refund) => ({
      ...refund,
      amount: Money.krw(BigInt(refund.amount)),
      since: dateOf(refund.since),
    }));
    return { payment: paymentFromRow(row), openAttempt, transactions, openRefunds };
  }

  async findAttempt(attemptId: string): Promise<PaymentAttempt | null> {
    const row = await this.client.paymentAttempt.findUnique({ where: { attemptId } });
    return row && paymentAttemptFromRow(row);
  }

  async glimpseAttempts(attemptIds: readonly string[]): Promise<ReadonlyMap<string, AttemptGlimpse>> {
    if (attemptIds.length === 0) return new Map();
    const rows = await this.client.$queryRaw<GlimpseRow[]>(Prisma.sql`
      SELECT attempt_id AS attemptId, status, fence, leased_until > NOW(3) AS isLeased FROM payment_attempt
      WHERE attempt_id IN (${Prisma.join(attemptIds)})`);
    return new Map(
      rows.map(({ attemptId, status, fence, isLeased }) => [attemptId, { status, fence, isLeased: Boolean(isLeased) }]),
    );
  }
}

/** Of the attempt that is not settled; null where there is none. */
interface ViewRow extends PaymentRow, VirtualAccountRow {
  readonly attemptStatus: UnresolvedAttemptStatus | null;
  readonly attemptSince: Date | null;
  /** JSON lists; null where there is nothing to list. */
  readonly transactions: unknown;
  readonly openRefunds: unknown;
}

/** As it comes in JSON: an amount is a number, as all of ours fit into one, and a time a text. */
type Listed<View> = {
  readonly [Field in keyof View]: View[Field] extends Money ? number : View[Field] extends Date ? string : View[Field];
};

function listed<View>(json: unknown): readonly Listed<View>[] {
  // The driver takes JSON apart where it knows the column to be JSON, and else leaves the text.
  return (typeof json === 'string' ? (JSON.parse(json) as Listed<View>[]) : (json as Listed<View>[] | null)) ?? [];
}

interface GlimpseRow {
  readonly attemptId: string;
  readonly status: PaymentAttemptStatus;
  readonly fence: number;
  /** Null where nobody is at work. */
  readonly isLeased: bigint | number | null;
}
