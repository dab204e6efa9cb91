import {
  type CreatePaymentCommand,
  type CreatePaymentResult,
  type CreatePaymentUseCase,
} from '@koosco/payment-application';
import { type KafkaRecord, type RecordBatch, slicesOf } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type ConsumerMetrics } from '../../consumer-metrics';
import { logOrders } from '../../order-log';
import { type DeadLetterPublisher } from './dead-letter-publisher';
import { type OrderReading, readOrder } from './order-reading';
import { type Impossible, type RecordVerdict } from './record-verdict';

/**
 * Placed orders become payments. Everything a record can be is dealt with: an order makes a payment, a duplicate makes
 * none, an event of another kind is skipped, and what no retry could help is parked: what cannot be read, and an order
 * that contradicts the payment it has. Only an outage throws.
 */
export class KafkaOrderPlacedEventConsumer {
  /** Of batches whose dead letters could not be stored: their payments are made, and are not tried again with them. */
  readonly #verdicts = new WeakMap<RecordBatch, readonly RecordVerdict[]>();

  constructor(
    private readonly createPayment: Pick<CreatePaymentUseCase, 'execute'>,
    private readonly deadLetters: Pick<DeadLetterPublisher, 'park'>,
    private readonly metrics: ConsumerMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Payments and dead letters of the batch are durable when this returns; when it throws, give it the batch again: the
   * same object, and nothing that is durable already is done twice.
   */
  async handle(batch: RecordBatch): Promise<void> {
    const { topic, partition, records } = batch;
    const verdicts = this.#verdicts.get(batch) ?? (await this.#judge(records));
    this.#verdicts.set(batch, verdicts);

    const impossible = records.flatMap((record, index) => {
      const verdict = verdicts[index];
      return verdict?.kind === 'impossible' ? [{ record, ...verdict }] : [];
    });
    // After the payments: a batch that comes again after a kill finds those in place, but parks its dead letters again.
    await this.deadLetters.park({ topic, partition }, impossible);
    for (const one of impossible) this.#warn({ topic, partition }, one);
    this.metrics.countBatch({
      topic,
      consumed: records.length,
      parked: impossible.length,
      skipped: verdicts.filter((verdict) => verdict.kind === 'done' && verdict.by === 'skipping').length,
      conflicts: impossible.flatMap(({ conflict }) => (conflict ? [conflict.differs] : [])),
    });
  }

  /** Makes the payments, and says of each record what has become of it or must become of it. */
  async #judge(records: readonly KafkaRecord[]): Promise<readonly RecordVerdict[]> {
    const verdicts: RecordVerdict[] = [];
    // A slice is a transaction: large enough to make the commit cheap, small enough to hold locks for milliseconds only.
    for await (const slice of slicesOf(records, (record) => record)) {
      const readings = slice.map(readOrder);
      const commands = readings.flatMap((reading) => (reading.kind === 'order' ? [reading.command] : []));
      const results = await this.#createPayments(commands);
      for (const reading of readings) verdicts.push(verdictAfter(reading, results));
    }
    return verdicts;
  }

  async #createPayments(commands: readonly CreatePaymentCommand[]): Promise<Results> {
    if (commands.length === 0) return new Map();
    const results = await this.createPayment.execute(commands);
    // At once: if the rest of the batch fails, these payments are there all the same, and duplicates the next time.
    this.metrics.countResults(results);
    logOrders(this.logger, commands, results);
    return new Map(commands.map((command, index) => [command, results[index]]));
  }

  #warn(origin: { topic: string; partition: number }, one: Impossible & { readonly record: KafkaRecord }): void {
    const { record, reason, conflict } = one;
    const fields = { ...origin, offset: record.offset, reason };
    if (conflict === undefined) this.logger.warn(fields, 'record parked in the dead-letter topic');
    else {
      const { orderId, differs } = conflict;
      this.logger.warn({ ...fields, orderId: orderId.toString(), differs }, 'order announced again, but not the same');
    }
  }
}

type Results = ReadonlyMap<CreatePaymentCommand, CreatePaymentResult | undefined>;

function verdictAfter(reading: OrderReading, results: Results): RecordVerdict {
  switch (reading.kind) {
    case 'order':
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
      return { kind: 'done', by: 'payment' };
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
