import {
  type CreatePaymentCommand,
  type CreatePaymentResult,
  type CreatePaymentUseCase,
} from '@koosco/payment-application';
import { Money, OrderId, PaymentIdempotency, UserId } from '@koosco/payment-domain';
import { type KafkaRecord, slicesOf } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type ConsumerMetrics } from '../../watching/consumer-metrics';
import { createInTraces } from '../../create-in-traces';
import { logOrders } from '../../order-log';
import { type OrderEventOf, readOrderEvent, type Reading } from './order-reading';
import { type RecordJudge, type RecordVerdict } from './record-verdict';

/** Placed orders become payments; a duplicate makes none. */
export class KafkaOrderPlacedEventConsumer implements RecordJudge {
  constructor(
    private readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>,
    private readonly metrics: ConsumerMetrics,
    private readonly logger: Logger,
  ) {}

  async judge(records: readonly KafkaRecord[]): Promise<readonly RecordVerdict[]> {
    const verdicts: RecordVerdict[] = [];
    // A slice is a transaction: large enough to make the commit cheap, small enough to hold locks for milliseconds only.
    for await (const slice of slicesOf(records, (record) => record)) {
      const readings = slice.map(readOrder);
      const commands = readings.flatMap((reading) => (reading.kind === 'command' ? [reading.command] : []));
      const results = await this.#createPayments(commands);
      for (const reading of readings) verdicts.push(verdictAfter(reading, results));
    }
    return verdicts;
  }

  async #createPayments(commands: readonly CreatePaymentCommand[]): Promise<Results> {
    if (commands.length === 0) return new Map();
    const { traced, results } = await createInTraces(this.createPayment, commands);
    // At once: if the rest of the batch fails, these payments are there all the same, and duplicates the next time.
    this.metrics.countResults(results);
    logOrders(this.logger, traced, results);
    return new Map(commands.map((command, index) => [command, results[index]]));
  }
}

export function readOrder(record: KafkaRecord): Reading<CreatePaymentCommand> {
  return readOrderEvent('order.placed', record, commandOf);
}

function commandOf(
  event: OrderEventOf<'order.placed'>,
  correlationId: string,
  traceParent: string | null,
): CreatePaymentCommand {
  const orderId = OrderId.of(event.data.orderId);
  PaymentIdempotency.of(orderId, 'CREATE', event.id);
  return {
    orderId,
    userId: UserId.of(event.data.userId),
    amount: Money.krw(event.data.payableAmount),
    orderName: `주문 ${orderId}`,
    correlationId,
    traceParent,
    causationId: event.id,
  };
}

type Results = ReadonlyMap<CreatePaymentCommand, CreatePaymentResult | undefined>;

function verdictAfter(reading: Reading<CreatePaymentCommand>, results: Results): RecordVerdict {
  switch (reading.kind) {
    case 'command':
      return verdictOn(reading.command, results.get(reading.command));
    case 'unreadable':
      return { kind: 'impossible', reason: reading.reason };
    case 'other':
      return { kind: 'done', by: 'skipping' };
  }
}

function verdictOn({ orderId }: CreatePaymentCommand, result: CreatePaymentResult | undefined): RecordVerdict {
  switch (result) {
    case 'created':
    case 'duplicate-event':
    case 'duplicate-order':
      return { kind: 'done', by: 'effect' };
    case 'other-amount':
    case 'other-user':
    case 'other-amount-and-user':
      return { kind: 'impossible', reason: REASON_OF[result], conflict: { orderId, differs: result } };
    case undefined:
      throw new Error('the use case has said nothing of a command');
  }
}

const REASON_OF = {
  'other-amount': 'data.payableAmount is not the amount of the payment that this order has',
  'other-user': 'data.userId is not the user of the payment that this order has',
  'other-amount-and-user': 'data.payableAmount and data.userId are not those of the payment that this order has',
} as const;
