import { type EventMessage, topics } from '@koosco/payment-contracts';
import { type Consumer, type Kafka } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of each partition, so that a shop beside a million payments is there at once. */
const RECORDS_BACK = 2_000n;
const RETRY_DELAY_MS = 1_000;

const heardTopics = Object.entries(topics)
  .filter(([type]) => type !== 'order.refund.requested')
  .map(([, topic]) => topic);

interface Listeners {
  /** A rejection delivers the message again. */
  readonly onPayment: (message: EventMessage) => Promise<void>;
  readonly onOrder: (message: EventMessage) => void;
}

/** Reads the newest events of the last time, and then everything, until it is closed; a broker may go and come back. */
export class EventListener {
  #consumer: Consumer | undefined;

  private constructor(
    private readonly kafka: Kafka,
    private readonly listeners: Listeners,
    private readonly signal: AbortSignal,
  ) {}

  static start(kafka: Kafka, listeners: Listeners, signal: AbortSignal): EventListener {
    const listener = new EventListener(kafka, listeners, signal);
    void listener.#listen();
    return listener;
  }

  async close(): Promise<void> {
    await this.#consumer?.disconnect();
  }

  /** Whatever ends one life of the consumer, the next begins with what is still on the topics: they are heard once. */
  async #listen(): Promise<void> {
    while (!this.signal.aborted) {
      // A group of its own each time: nobody else's offsets matter, and its own are forgotten by the broker.
      const groupId = `demo-shop-${Date.now().toString(36)}`;
      const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
      this.#consumer = consumer;
      try {
        await this.#run(consumer);
      } catch {
        // The broker is away.
      }
      await consumer.disconnect().catch(() => undefined);
      await sleep(RETRY_DELAY_MS, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  async #run(consumer: Consumer): Promise<void> {
    const crashed = new Promise<void>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) resolve();
      });
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const beginnings = await this.#beginnings();
    await consumer.connect();
    await consumer.subscribe({ topics: heardTopics, fromBeginning: true });
    await consumer.run({
      partitionsConsumedConcurrently: heardTopics.length,
      eachMessage: async ({ topic, message }) => {
        if (topic.startsWith('koosco.commerce.order.')) this.listeners.onOrder(message);
        else await this.listeners.onPayment(message);
      },
    });
    for (const beginning of beginnings) consumer.seek(beginning);
    await crashed;
  }

  async #beginnings(): Promise<readonly { topic: string; partition: number; offset: string }[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const ends = heardTopics.map(async (topic) => {
        const partitions = await admin.fetchTopicOffsets(topic);
        return partitions
          .filter(({ low, high }) => BigInt(high) - BigInt(low) > RECORDS_BACK)
          .map(({ partition, high }) => ({ topic, partition, offset: String(BigInt(high) - RECORDS_BACK) }));
      });
      return (await Promise.all(ends)).flat();
    } finally {
      await admin.disconnect();
    }
  }
}
