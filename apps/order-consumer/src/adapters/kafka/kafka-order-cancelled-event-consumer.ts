import { type CancelOrderCommand, type CancelOrderUseCase } from '@koosco/payment-application';
import { OrderId, PaymentIdempotency } from '@koosco/payment-domain';
import { type KafkaRecord } from '@koosco/payment-kafka';
import { type ConsumerMetrics } from '../../watching/consumer-metrics';
import { type OrderEventOf, readOrderEvent, type Reading } from './order-reading';
import { type RecordJudge, type RecordVerdict } from './record-verdict';

/** Cancelled orders leave nothing charged: their payments are called off, or everything is due to go back. */
export class KafkaOrderCancelledEventConsumer implements RecordJudge {
  constructor(
    private readonly cancelOrder: Pick<CancelOrderUseCase, 'execute'>,
    private readonly metrics: ConsumerMetrics,
  ) {}

  /** One transaction each: they are few, and one that fails must not undo the others. */
  async judge(records: readonly KafkaRecord[]): Promise<readonly RecordVerdict[]> {
    const verdicts: RecordVerdict[] = [];
    for (const record of records) verdicts.push(await this.#judgeOne(readCancellation(record)));
    return verdicts;
  }

  async #judgeOne(reading: Reading<CancelOrderCommand>): Promise<RecordVerdict> {
    if (reading.kind === 'unreadable') return { kind: 'impossible', reason: reading.reason };
    if (reading.kind === 'other') return { kind: 'done', by: 'skipping' };
    this.metrics.countEvent('order.cancelled', await this.cancelOrder.execute(reading.command));
    return { kind: 'done', by: 'effect' };
  }
}

function readCancellation(record: KafkaRecord): Reading<CancelOrderCommand> {
  return readOrderEvent('order.cancelled', record, commandOf);
}

function commandOf({ id, data }: OrderEventOf<'order.cancelled'>, correlationId: string): CancelOrderCommand {
  const orderId = OrderId.of(data.orderId);
  PaymentIdempotency.of(orderId, 'CANCEL', id);
  // For people; half a character in it is no reason to keep money.
  return { orderId, reason: (data.reason ?? '').toWellFormed(), correlationId, causationId: id };
}
