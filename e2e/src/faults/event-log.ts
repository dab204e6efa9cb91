import { parsePaymentEvent, topics } from '@koosco/payment-contracts';
import { type Consumer } from 'kafkajs';
import { demoKafka, paymentTopics } from '../demo/broker';

/** Every payment event since the topics began, as it comes, by order. */
export class EventLog {
  readonly #typesOf = new Map<bigint, Map<string, string>>();
  readonly #strange: string[] = [];
  readonly #consumer: Consumer;

  constructor(bootstrapServers: string) {
    this.#consumer = demoKafka(bootstrapServers).consumer({
      groupId: `faults-${process.pid}-${Date.now()}`,
      allowAutoTopicCreation: false,
    });
  }

  async follow(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...paymentTopics], fromBeginning: true });
    await this.#consumer.run({
      eachMessage: ({ topic, partition, message }) => {
        const parsed = parsePaymentEvent(message);
        if (parsed.kind === 'ok' && topics[parsed.event.type] === topic) {
          const { id, type, data } = parsed.event;
          const known = this.#typesOf.get(data.orderId) ?? new Map<string, string>();
          // At least once: the same event again is no other event.
          this.#typesOf.set(data.orderId, known.set(id, type));
        } else {
          this.#strange.push(`${topic}[${partition}]@${message.offset}`);
        }
        return Promise.resolve();
      },
    });
  }

  /** The types of the order's events, each event once, in the order in which they came here. */
  typesOf(orderId: bigint): readonly string[] {
    return [...(this.#typesOf.get(orderId)?.values() ?? [])];
  }

  /** Records that could not be read, or that stand on the topic of another type. */
  get strange(): readonly string[] {
    return this.#strange;
  }

  async end(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
