import {
  type CreatePaymentCommand,
  type CreatePaymentResult,
  type CreatePaymentUseCase,
} from '@koosco/payment-application';
import { correlationIdOf, type OrderPlacedEvent, parseOrderEvent } from '@koosco/payment-contracts';
import { Money, OrderId, PaymentIdempotency, RuleViolation, UserId } from '@koosco/payment-domain';
import { type KafkaRecord, type RecordBatch } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-observability';
import { type ConsumerMetrics } from '../../consumer-metrics';
import { type DeadLetter, type DeadLetterPublisher } from './dead-letter-publisher';

/** Orders per transaction: large enough to make the commit cheap, small enough to hold locks for milliseconds only. */
const COMMANDS_PER_TRANSACTION_MAX = 500;

/**
 * Placed orders become payments. Everything a record can be is dealt with: an order makes a payment, a duplicate makes
 * none, an event of another kind is skipped, and what no retry could ever read is parked. Only an outage throws.
 */
export class KafkaOrderPlacedEventConsumer {
  constructor(
    private readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>,
    private readonly deadLetters: DeadLetterPublisher,
    private readonly metrics: ConsumerMetrics,
    private readonly logger: Logger,
  ) {}

  /** Payments and dead letters of the batch are durable when this returns; when it throws, give it the batch again. */
  async handle({ topic, partition, records }: RecordBatch): Promise<void> {
    const commands: CreatePaymentCommand[] = [];
    const unreadable: DeadLetter[] = [];
    let skipped = 0;
    for (const record of records) {
      const reading = readOrder(record);
      if (reading.kind === 'order') commands.push(reading.command);
      else if (reading.kind === 'unreadable') unreadable.push({ record, reason: reading.reason });
      else skipped += 1;
    }

    const results: CreatePaymentResult[] = [];
    for (let from = 0; from < commands.length; from += COMMANDS_PER_TRANSACTION_MAX) {
      results.push(...(await this.createPayment.execute(commands.slice(from, from + COMMANDS_PER_TRANSACTION_MAX))));
    }
    // After the payments: a batch that is tried again finds those in place, but parks its dead letters a second time.
    await this.deadLetters.park({ topic, partition }, unreadable);
    for (const { record, reason } of unreadable) {
      this.logger.warn({ topic, partition, offset: record.offset, reason }, 'record parked in the dead-letter topic');
    }
    this.metrics.count({ topic, consumed: records.length, results, parked: unreadable.length, skipped });
  }
}

type Reading =
  | { readonly kind: 'order'; readonly command: CreatePaymentCommand }
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Another event than the one this service waits for: topics may gain types. */
  | { readonly kind: 'other' };

function readOrder(record: KafkaRecord): Reading {
  const parsed = parseOrderEvent(record);
  switch (parsed.kind) {
    case 'unknown-type':
      return { kind: 'other' };
    case 'invalid':
      return { kind: 'unreadable', reason: parsed.reasons.map(({ field, reason }) => `${field} ${reason}`).join('; ') };
    case 'ok':
      return parsed.event.type === 'order.placed' ? orderOf(parsed.event) : { kind: 'other' };
  }
}

function orderOf(event: OrderPlacedEvent): Reading {
  try {
    const orderId = OrderId.of(event.data.orderId);
    // Checked here, so that one event that can never be stored does not fail the transaction of a whole batch.
    PaymentIdempotency.of(orderId, 'CREATE', event.id);
    const command = {
      orderId,
      userId: UserId.of(event.data.userId),
      amount: Money.krw(event.data.payableAmount),
      orderName: `주문 ${orderId}`,
      correlationId: correlationIdOf(event),
      causationId: event.id,
    };
    return { kind: 'order', command };
  } catch (error) {
    if (error instanceof RuleViolation) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}
