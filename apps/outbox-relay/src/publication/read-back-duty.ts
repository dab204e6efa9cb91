import { type BatchConsumer, consumeUntilAborted, type RecordBatch, requireTopics } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, waitFor } from '@koosco/payment-worker';
import { type ReadSource, watchIdleness } from '../adapters/kafka/idle-reader-watch';

/** Reads back from Kafka what has arrived. */
export class ReadBackDuty implements Duty {
  readonly name = 'reading back';
  readonly readiness = {
    component: 'kafka',
    check: () => Promise.resolve({ status: this.#consumer?.assignment ? ('UP' as const) : ('DOWN' as const) }),
  };
  #consumer: BatchConsumer | null = null;

  constructor(
    private readonly source: ReadSource,
    private readonly handle: (batch: RecordBatch) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** @throws when the consumer has given up, or reads nothing although there is something to read. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, handle, logger } = this;
    const { kafka, topics } = source;
    await waitFor({ name: 'kafka', attempt: () => requireTopics(kafka, topics), signal, logger });
    await consumeUntilAborted({
      ...source,
      handle,
      logger,
      signal,
      onJoined: (consumer) => {
        this.#consumer = consumer;
        logger.info({ topics }, 'outbox-relay reads back');
      },
      beside: (consumer) => watchIdleness(consumer, source, signal),
    });
  }
}
