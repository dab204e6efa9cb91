import { type GatewayBooks, type Movement, type MovementsReading } from '@koosco/payment-application';
import { type OrderId, PgOrderId } from '@koosco/payment-domain';
import { type TossTransaction } from '../../client/answers/toss-transaction';
import { type TossClient } from '../../client/toss-client';
import { noteOf } from '../note-of-answer';

/** Toss's list of transactions (`GET /v1/transactions`), which names every charge and every cancel of a merchant. */
export class TossBooks implements GatewayBooks {
  constructor(private readonly client: TossClient) {}

  async movements(range: { from: Date; to: Date; after: string | null; limit: number }): Promise<MovementsReading> {
    const { from, to, after, limit } = range;
    const answer = await this.client.transactions({
      ...{ from, to, limit },
      ...(after === null ? {} : { startingAfter: after }),
    });
    if (answer.kind !== 'ok') return { kind: 'unknown', reason: noteOf('transactions', answer) };
    return {
      kind: 'read',
      movements: answer.value.map((row) => ({
        ...{ pgTransactionId: row.transactionKey, status: row.status, orderId: orderIdOf(row.orderId) },
        ...{ paymentKey: row.paymentKey, kind: kindOf(row.status), amount: wonIn(row), at: row.transactionAt },
      })),
    };
  }
}

/** A virtual account that waits again: the bank took its deposit back. */
function kindOf(status: string | null): Movement['kind'] {
  if (status === 'DONE') return 'charge';
  if (status === 'WAITING_FOR_DEPOSIT') return 'reversal';
  return status === 'CANCELED' || status === 'PARTIAL_CANCELED' ? 'refund' : null;
}

/** Whether the amount of a cancel is written with a minus is not documented. */
function wonIn({ amount, currency }: TossTransaction): bigint | null {
  return currency === 'KRW' && Number.isSafeInteger(amount) ? BigInt(Math.abs(amount ?? 0)) : null;
}

/** Null for orders of others: a merchant may sell elsewhere too. */
function orderIdOf(pgOrderId: string): OrderId | null {
  try {
    return PgOrderId.toOrderId(pgOrderId);
  } catch {
    return null;
  }
}
