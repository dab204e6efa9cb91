import { type GatewayBooks, type MovementsReading } from '@koosco/payment-application';
import { type OrderId, PgOrderId } from '@koosco/payment-domain';
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
      movements: answer.value.map(({ transactionKey, status, orderId, transactionAt }) => ({
        ...{ pgTransactionId: transactionKey, status, orderId: orderIdOf(orderId), at: transactionAt },
      })),
    };
  }
}

/** Null for orders of others: a merchant may sell elsewhere too. */
function orderIdOf(pgOrderId: string): OrderId | null {
  try {
    return PgOrderId.toOrderId(pgOrderId);
  } catch {
    return null;
  }
}
