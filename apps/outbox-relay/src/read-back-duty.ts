import { paymentTopics } from '@koosco/payment-contracts';
import { type BatchConsumer, consumeUntilAborted, type KafkaClient, requireTopics } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, waitFor } from '@koosco/payment-worker';
import { type PublishedEventReader } from './adapters/kafka/published-event-reader';

/** Reads our events back from Kafka and marks their rows PUBLISHED. */
export class ReadBackDuty implements Duty {
  readonly name = 'reading back';
  readonly readiness = {
    component: 'kafka',
    check: () => Promise.resolve({ status: this.#consumer?.assignment ? ('UP' as const) : ('DOWN' as const) }),
  };
  #consumer: BatchConsumer | null = null;

  constructor(
    private readonly reader: PublishedEventReader,
    private readonly kafka: KafkaClient,
    private readonly groupId: string,
    private readonly logger: Logger,
  ) {}

  /** @throws when the consumer has given up. */
  async run(signal: AbortSignal): Promise<void> {
    const { kafka, groupId, logger } = this;
    await waitFor({ name: 'kafka', attempt: () => requireTopics(kafka, paymentTopics), signal, logger });
    await consumeUntilAborted({
      kafka,
      groupId,
      topics: paymentTopics,
      handle: (batch) => this.reader.handle(batch),
      logger,
      signal,
      onJoined: (consumer) => {
        this.#consumer = consumer;
        logger.info({ topics: paymentTopics }, 'outbox-relay reads back');
      },
    });
  }
}
