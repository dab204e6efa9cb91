import { type IHeaders, type Kafka, Partitioners, type Producer } from 'kafkajs';

export interface ProducedRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: IHeaders;
}

/** Produces records that every in-sync replica has before {@link RecordProducer.send} returns. */
export class RecordProducer {
  private constructor(private readonly producer: Producer) {}

  static async connect(kafka: Kafka): Promise<RecordProducer> {
    const producer = kafka.producer({
      // The same hash as the Java clients: a key goes to the same partition whoever sends it.
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      // A retry inside kafkajs neither doubles a record nor overtakes another one.
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    return new RecordProducer(producer);
  }

  /** @throws when not every record is known to be stored; some may be. */
  async send(topic: string, records: readonly ProducedRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.producer.send({ topic, acks: -1, messages: [...records] });
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}
