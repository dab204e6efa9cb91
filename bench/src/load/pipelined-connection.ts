import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  /** What it asks a client to wait, in seconds; null where it does not say. */
  readonly retryAfterSeconds: number | null;
}

/**
 * One HTTP/1.1 connection that sends prepared bytes and keeps several requests in flight: a load generator must cost
 * far less than what it measures.
 */
export class PipelinedConnection {
  private readonly answered: ((answer: RawAnswer) => void)[] = [];
  private rest = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.take(text));
  }

  static async open(port: number): Promise<PipelinedConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new PipelinedConnection(socket);
  }

  /** Sends every request, `depth` of them in flight at a time; resolves when the last answer is there. */
  async send(
    requests: readonly Buffer[],
    depth: number,
    take: (answer: RawAnswer, index: number) => void,
  ): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < requests.length) {
        const index = next;
        next += 1;
        take(await this.ask(requests[index] ?? Buffer.alloc(0)), index);
      }
    };
    await Promise.all(Array.from({ length: depth }, lane));
  }

  /** Sends one request; resolves with its answer. */
  ask(request: Buffer): Promise<RawAnswer> {
    const answer = new Promise<RawAnswer>((resolve) => this.answered.push(resolve));
    this.socket.write(request);
    return answer;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    this.rest += text;
    for (;;) {
      const headEnd = this.rest.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const head = this.rest.slice(0, headEnd);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
      const end = headEnd + 4 + length;
      if (Number.isNaN(length)) throw new Error('The load generator reads answers with a content-length only');
      if (this.rest.length < end) return;
      const body = this.rest.slice(headEnd + 4, end);
      this.rest = this.rest.slice(end);
      const retryAfter = /retry-after: (\d+)/i.exec(head)?.[1];
      const retryAfterSeconds = retryAfter === undefined ? null : Number(retryAfter);
      this.answered.shift()?.({ status: Number(head.slice(9, 12)), body, retryAfterSeconds });
    }
  }
}

/** The bytes of a POST with a JSON body. */
export function postBytes(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: sandbox\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${text.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), text]);
}
