import { type Consumer, type Kafka } from 'kafkajs';

/** From the commit of a row to its consumer, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What a consumer of the topic has had, and when. */
export class Arrivals {
  readonly #seen = new Set<bigint>();
  #committedAt = new Map<bigint, number>();
  #arrivedAt = new Map<bigint, number>();

  private constructor(
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {}

  static async on(kafka: Kafka, topic: string): Promise<Arrivals> {
    const consumer = kafka.consumer({ groupId: 'bench', maxWaitTimeInMs: 100 });
    const arrivals = new Arrivals(consumer, topic);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({
      eachBatch: ({ batch }) => {
        const now = performance.now();
        for (const { headers } of batch.messages) arrivals.#arrived(BigInt(String(headers?.['id'])), now);
        return Promise.resolve();
      },
    });
    await joined;
    return arrivals;
  }

  get count(): number {
    return this.#seen.size;
  }

  has(id: bigint): boolean {
    return this.#seen.has(id);
  }

  committed(id: bigint): void {
    this.#committedAt.set(id, performance.now());
  }

  forgetTimes(): void {
    this.#committedAt = new Map();
    this.#arrivedAt = new Map();
  }

  latency(): Latency {
    const sorted = [...this.#committedAt]
      .map(([id, at]) => Math.max(0, (this.#arrivedAt.get(id) ?? NaN) - at))
      .sort((a, b) => a - b);
    const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1));
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }

  /** What is on the topic waits there. */
  pause(): void {
    this.consumer.pause([{ topic: this.topic }]);
  }

  resume(): void {
    this.consumer.resume([{ topic: this.topic }]);
  }

  close(): Promise<unknown> {
    return this.consumer.disconnect();
  }

  #arrived(id: bigint, now: number): void {
    this.#seen.add(id);
    if (!this.#arrivedAt.has(id)) this.#arrivedAt.set(id, now);
  }
}
