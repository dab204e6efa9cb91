import { type KafkaRecord, type RecordBatch } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type ConsumerMetrics } from '../../watching/consumer-metrics';
import { type DeadLetterPublisher } from './dead-letter-publisher';
import { type Impossible, type RecordJudge, type RecordVerdict } from './record-verdict';

/**
 * Everything a record can be is dealt with: its topic's judge makes what it asks for durable, an event of another kind is
 * skipped, and what no retry could help is parked: what cannot be read, and what contradicts the payment of its order.
 * Only an outage throws.
 */
export class OrderEventBatches {
  /** Of batches whose dead letters could not be stored: their effects are durable, and are not tried again with them. */
  readonly #verdicts = new WeakMap<RecordBatch, readonly RecordVerdict[]>();

  /** @param judges by topic. */
  constructor(
    private readonly judges: ReadonlyMap<string, RecordJudge>,
    private readonly deadLetters: Pick<DeadLetterPublisher, 'park'>,
    private readonly metrics: ConsumerMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Effects and dead letters of the batch are durable when this returns; when it throws, give it the batch again: the same
   * object, and nothing that is durable already is done twice.
   */
  async handle(batch: RecordBatch): Promise<void> {
    const { topic, partition, records } = batch;
    const judge = this.judges.get(topic);
    if (judge === undefined) throw new Error(`nobody judges the records of ${topic}`);
    const verdicts = this.#verdicts.get(batch) ?? (await judge.judge(records));
    this.#verdicts.set(batch, verdicts);

    const impossible = records.flatMap((record, index) => {
      const verdict = verdicts[index];
      return verdict?.kind === 'impossible' ? [{ record, ...verdict }] : [];
    });
    // After the effects: a batch that comes again after a kill finds those in place, but parks its dead letters again.
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

  #warn(origin: { topic: string; partition: number }, one: Impossible & { readonly record: KafkaRecord }): void {
    const { record, reason, conflict } = one;
    const fields = { ...origin, offset: record.offset, reason };
    if (conflict === undefined) this.logger.warn(fields, 'record parked in the dead-letter topic');
    else {
      const { orderId, differs } = conflict;
      const line = { ...fields, orderId: orderId.toString(), differs };
      this.logger.warn(line, 'event parked: it contradicts the payment of its order');
    }
  }
}
