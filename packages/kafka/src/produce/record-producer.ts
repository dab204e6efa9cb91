import {
  CompressionTypes,
  type ICustomPartitioner,
  type IHeaders,
  type Kafka,
  Partitioners,
  type Producer,
} from 'kafkajs';
import { RecordTooLarge } from './record-too-large';
import { RecordsNotStored } from './records-not-stored';

export interface ProducedRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: IHeaders;
  /** Modulo the partitions of the topic. Without it the key decides. */
  readonly partition?: number;
}

/** Produces records that every in-sync replica has before {@link RecordProducer.send} returns. */
export class RecordProducer {
  private constructor(
    private readonly producer: Producer,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @param options.retries of a request that the broker did not answer or refused for the moment; as many as the client's unless told.
   * @param options.timeoutMs how long the broker may wait for its replicas; 30 s unless told.
   */
  static async connect(
    kafka: Kafka,
    { retries, timeoutMs = 30_000 }: { readonly retries?: number; readonly timeoutMs?: number } = {},
  ): Promise<RecordProducer> {
    const producer = kafka.producer({
      ...(retries !== undefined && { retry: { retries } }),
      createPartitioner: partitioner,
      allowAutoTopicCreation: false,
      // Not kafkajs's idempotent producer: after a send that failed for good it gives the next one the same sequence
      // numbers, and if the failed one had arrived after all, the broker answers "stored" and drops the next one.
      idempotent: false,
      // A retry inside kafkajs does not overtake another record.
      maxInFlightRequests: 1,
    });
    await producer.connect();
    return new RecordProducer(producer, timeoutMs);
  }

  /**
   * Sends in order, in as many requests as the sizes ask for.
   * @throws RecordTooLarge when the topic does not take one of them, not even compressed. Those before it are stored.
   * @throws RecordsNotStored when not every record is known to be stored. It says how many are; of the others some may
   * be, and sent again they are stored twice.
   */
  async send(topic: string, records: readonly ProducedRecord[]): Promise<void> {
    let stored = 0;
    for (const chunk of chunksOf(records)) {
      // Only a record that is large by itself makes a large chunk. It may have been compressed where it came from.
      const compression = chunk.bytes > CHUNK_BYTES_MAX ? CompressionTypes.GZIP : CompressionTypes.None;
      try {
        const { timeoutMs: timeout } = this;
        await this.producer.send({ topic, acks: -1, timeout, compression, messages: chunk.records });
        stored += chunk.records.length;
      } catch (error) {
        const Failure = isTooLarge(error) ? RecordTooLarge : RecordsNotStored;
        throw new Failure(topic, stored, { cause: error });
      }
    }
  }

  /**
   * Sends records of several topics in one request to each broker: in order within a partition, and in none between partitions. For
   * records that together fit into a batch of any topic.
   * @throws RecordsNotStored when not every record is known to be stored. Any of them may be, and sent again they are stored twice.
   */
  async sendTogether(records: readonly (ProducedRecord & { readonly topic: string })[]): Promise<void> {
    const byTopic = new Map<string, ProducedRecord[]>();
    for (const { topic, ...record } of records) {
      const others = byTopic.get(topic);
      if (others === undefined) byTopic.set(topic, [record]);
      else others.push(record);
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
    try {
      await this.producer.sendBatch({ acks: -1, timeout: this.timeoutMs, topicMessages });
    } catch (error) {
      throw new RecordsNotStored([...byTopic.keys()].join(', '), 0, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}

/** The same hash as the Java clients: a key goes to the same partition whoever sends it. */
const partitioner: ICustomPartitioner = () => {
  const byKey = Partitioners.DefaultPartitioner();
  return (args) => {
    const { partition } = args.message;
    return partition === undefined ? byKey(args) : partition % args.partitionMetadata.length;
  };
};

interface Chunk {
  readonly records: ProducedRecord[];
  bytes: number;
}

/** kafkajs makes one record batch of whatever it is given for a partition; topics take batches of 1 MiB by default. */
const CHUNK_BYTES_MAX = 524_288;
/** Lengths, offsets and timestamps of a record, generously. */
const RECORD_OVERHEAD_BYTES = 64;

function chunksOf(records: readonly ProducedRecord[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const record of records) {
    const bytes = sizeOf(record);
    const last = chunks.at(-1);
    if (last === undefined || last.bytes + bytes > CHUNK_BYTES_MAX) {
      chunks.push({ records: [record], bytes });
    } else {
      last.records.push(record);
      last.bytes += bytes;
    }
  }
  return chunks;
}

function sizeOf({ key, value, headers = {} }: ProducedRecord): number {
  const length = (part: Buffer | string | null | undefined) =>
    part === null || part === undefined ? 0 : Buffer.byteLength(part);
  const headerBytes = Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => length(name) + length(value)))
    .reduce((sum, bytes) => sum + bytes, 0);
  return RECORD_OVERHEAD_BYTES + length(key) + length(value) + headerBytes;
}

/** kafkajs wraps what the broker said. */
function isTooLarge(error: unknown): boolean {
  const { type, cause } = error as { type?: unknown; cause?: { type?: unknown } };
  return [type, cause?.type].some((name) => name === 'MESSAGE_TOO_LARGE' || name === 'RECORD_LIST_TOO_LARGE');
}
