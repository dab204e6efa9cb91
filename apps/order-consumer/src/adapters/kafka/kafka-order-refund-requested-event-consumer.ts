import { type RequestRefundCommand, type RequestRefundUseCase } from '@koosco/payment-application';
import { Money, OrderId, PaymentIdempotency, UserId } from '@koosco/payment-domain';
import { type KafkaRecord } from '@koosco/payment-kafka';
import { type ConsumerMetrics } from '../../watching/consumer-metrics';
import { type OrderEventOf, readOrderEvent, type Reading } from './order-reading';
import { type RecordJudge, type RecordVerdict } from './record-verdict';

/** What order-service wants given back becomes a refund that is due; outbox-relay carries it out. */
export class KafkaOrderRefundRequestedEventConsumer implements RecordJudge {
  constructor(
    private readonly requestRefund: Pick<RequestRefundUseCase, 'execute'>,
    private readonly metrics: ConsumerMetrics,
  ) {}

  /** One transaction each: they are few, and one that fails must not undo the others. */
  async judge(records: readonly KafkaRecord[]): Promise<readonly RecordVerdict[]> {
    const verdicts: RecordVerdict[] = [];
    for (const record of records) verdicts.push(await this.#judgeOne(readRefund(record)));
    return verdicts;
  }

  async #judgeOne(reading: Reading<RequestRefundCommand>): Promise<RecordVerdict> {
    if (reading.kind === 'unreadable') return { kind: 'impossible', reason: reading.reason };
    if (reading.kind === 'other') return { kind: 'done', by: 'skipping' };
    const result = await this.requestRefund.execute(reading.command);
    this.metrics.countEvent('order.refund.requested', result);
    if (result === 'requested' || result === 'duplicate-event') return { kind: 'done', by: 'effect' };
    const { orderId } = reading.command;
    return { kind: 'impossible', reason: REASON_OF[result], conflict: { orderId, differs: result } };
  }
}

const REASON_OF = {
  'unknown-order': 'data.orderId has no payment',
  'other-user': 'data.userId is not the user of the payment that this order has',
  'nothing-paid': 'the payment of data.orderId has nothing that was paid',
  'more-than-remains': 'data.refundAmount is more than the payment has left and not reserved',
} as const;

function readRefund(record: KafkaRecord): Reading<RequestRefundCommand> {
  return readOrderEvent('order.refund.requested', record, commandOf);
}

function commandOf({ id, data }: OrderEventOf<'order.refund.requested'>, correlationId: string): RequestRefundCommand {
  const orderId = OrderId.of(data.orderId);
  PaymentIdempotency.of(orderId, 'REFUND', id);
  return {
    orderId,
    userId: data.userId === undefined ? null : UserId.of(data.userId),
    amount: Money.krw(data.refundAmount),
    // For people; half a character in it is no reason to keep money.
    reason: (data.reason ?? '').toWellFormed(),
    correlationId,
    causationId: id,
  };
}
