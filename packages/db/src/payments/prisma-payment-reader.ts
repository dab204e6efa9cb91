import { type AttemptGlimpse, type PaymentReader, type PaymentView } from '@koosco/payment-application';
import {
  type OrderId,
  type Payment,
  type PaymentAttempt,
  type PaymentAttemptStatus,
  type PaymentId,
  type UnresolvedAttemptStatus,
} from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { paymentAttemptFromRow, virtualAccountFromRow, type VirtualAccountRow } from '../attempts/payment-attempt-row';
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
      SELECT ${paymentColumns}, attemptStatus, attemptSince,
        virtualAccountBank, virtualAccountNumber, virtualAccountHolder, virtualAccountDueAt
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
    return { payment: paymentFromRow(row), openAttempt };
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
}

interface GlimpseRow {
  readonly attemptId: string;
  readonly status: PaymentAttemptStatus;
  readonly fence: number;
  /** Null where nobody is at work. */
  readonly isLeased: bigint | number | null;
}
