import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const PRODUCE = 0;
/** The first that takes Zstandard. */
const PRODUCE_VERSION = 7;
const TIMEOUT_MS = 30_000;

/**
 * Sends record batches as they are, byte for byte, as any client of Kafka could: what kafkajs would never make, and
 * quickly. For the broker that leads all partitions, which is the only one in tests.
 */
export class RawProducer {
  readonly #waiting = new Map<number, { resolve: (baseOffset: bigint) => void; reject: (error: Error) => void }>();
  #received = Buffer.alloc(0);
  #lastCorrelationId = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#giveUp(error));
    socket.on('close', () => this.#giveUp(new Error('the broker has closed the connection')));
  }

  /** @param bootstrapServers `host:port` of the broker. */
  static async connect(bootstrapServers: string): Promise<RawProducer> {
    const [host, port] = bootstrapServers.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    return new RawProducer(socket);
  }

  /**
   * May be called again before it has returned; the order is kept.
   * @returns the offset of the first record once the broker has stored the batch.
   * @throws Error with the number of the broker's error when it refuses the batch.
   */
  send(topic: string, partition: number, batch: Buffer): Promise<bigint> {
    const correlationId = (this.#lastCorrelationId += 1);
    const head = Buffer.alloc(8);
    head.writeInt16BE(PRODUCE, 0);
    head.writeInt16BE(PRODUCE_VERSION, 2);
    head.writeInt32BE(correlationId, 4);
    const acksAndTimeout = Buffer.alloc(6);
    acksAndTimeout.writeInt16BE(-1, 0);
    acksAndTimeout.writeInt32BE(TIMEOUT_MS, 2);
    const noTransaction = Buffer.from([0xff, 0xff]);
    const request = Buffer.concat([
      ...[head, text('raw'), noTransaction, acksAndTimeout],
      ...[int32(1), text(topic), int32(1), int32(partition), int32(batch.length), batch],
    ]);
    this.socket.write(Buffer.concat([int32(request.length), request]));
    return new Promise((resolve, reject) => this.#waiting.set(correlationId, { resolve, reject }));
  }

  async close(): Promise<void> {
    this.socket.end();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      const end = 4 + this.#received.readInt32BE(0);
      this.#answer(this.#received.subarray(4, end));
      this.#received = this.#received.subarray(end);
    }
  }

  /** Correlation id, then arrays of one topic (its name) and one partition: index, error, base offset. */
  #answer(response: Buffer): void {
    const correlationId = response.readInt32BE(0);
    const partitionAt = 4 + 4 + 2 + response.readInt16BE(8) + 4;
    const errorCode = response.readInt16BE(partitionAt + 4);
    const waiting = this.#waiting.get(correlationId);
    this.#waiting.delete(correlationId);
    if (errorCode === 0) waiting?.resolve(response.readBigInt64BE(partitionAt + 6));
    else waiting?.reject(new Error(`the broker refuses the batch: error ${errorCode}`));
  }

  #giveUp(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
