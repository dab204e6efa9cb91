import { type CreatePaymentCommand, type CreatePaymentUseCase } from '@koosco/payment-application';
import { type RecordBatch } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-observability';
import { type ConsumerMetrics } from '../../consumer-metrics';
import { logOrders } from '../../order-log';
import { type DeadLetter } from './dead-letter';
import { type DeadLetterPublisher } from './dead-letter-publisher';
import { readOrder } from './order-reading';

/** Orders per transaction: large enough to make the commit cheap, small enough to hold locks for milliseconds only. */
const COMMANDS_PER_TRANSACTION_MAX = 500;

/**
 * Placed orders become payments. Everything a record can be is dealt with: an order makes a payment, a duplicate makes
 * none, an event of another kind is skipped, and what no retry could ever read is parked. Only an outage throws.
 */
export class KafkaOrderPlacedEventConsumer {
  constructor(
    private readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>,
    private readonly deadLetters: Pick<DeadLetterPublisher, 'park'>,
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

    await this.#createPayments(commands);
    // After the payments: a batch that is tried again finds those in place, but parks its dead letters a second time.
    await this.deadLetters.park({ topic, partition }, unreadable);
    for (const { record, reason } of unreadable) {
      this.logger.warn({ topic, partition, offset: record.offset, reason }, 'record parked in the dead-letter topic');
    }
    this.metrics.countBatch({ topic, consumed: records.length, parked: unreadable.length, skipped });
  }

  async #createPayments(commands: readonly CreatePaymentCommand[]): Promise<void> {
    for (let from = 0; from < commands.length; from += COMMANDS_PER_TRANSACTION_MAX) {
      const some = commands.slice(from, from + COMMANDS_PER_TRANSACTION_MAX);
      const results = await this.createPayment.execute(some);
      // At once: if the rest of the batch fails, these payments are there all the same, and duplicates the next time.
      this.metrics.countResults(results);
      logOrders(this.logger, some, results);
    }
  }
}
