import { type OrderEvent, partitionKeyOf, serializeOrderEvent, topicOf } from '@koosco/payment-contracts';
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OrderEvents } from '../../order-service/order-service';

const RETRY_DELAY_MS = 500;

/** Sends again until the broker has stored it: what at-least-once means. */
export class OrderEventPublisher implements OrderEvents {
  readonly #producer: Producer;
  #connected: Promise<void> | undefined;

  constructor(
    kafka: Kafka,
    private readonly signal: AbortSignal,
  ) {
    this.#producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
  }

  publish(events: readonly OrderEvent[]): Promise<void> {
    const topics = [...new Set(events.map(topicOf))];
    return this.#sendAll(
      topics.map((topic) => ({
        topic,
        messages: events
          .filter((event) => topicOf(event) === topic)
          .map((event) => ({ key: partitionKeyOf(event), value: serializeOrderEvent(event) })),
      })),
    );
  }

  /** Bytes that are no event at all. */
  publishRaw(topic: string, value: string): Promise<void> {
    return this.#sendAll([{ topic, messages: [{ key: 'poison', value }] }]);
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }

  async #sendAll(topicMessages: { topic: string; messages: Message[] }[]): Promise<void> {
    for (;;) {
      this.signal.throwIfAborted();
      try {
        await (this.#connected ??= this.#producer.connect());
        await this.#producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch {
        this.#connected = undefined;
        await sleep(RETRY_DELAY_MS, undefined, { signal: this.signal });
      }
    }
  }
}
