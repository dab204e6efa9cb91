import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An endpoint for webhooks that remembers what it got. */
export class WebhookSink {
  /** What it answers with. */
  status = 200;
  readonly webhooks: ReceivedWebhook[] = [];
  private answering: Promise<void> = Promise.resolve();
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<WebhookSink> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sink = new WebhookSink(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/toss`);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        sink.take({ headers: request.headers, body });
        void sink.answering.then(() => response.writeHead(sink.status).end());
      });
    });
    return sink;
  }

  /** Resolves once `count` webhooks have arrived in all. */
  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.webhooks.length >= count) resolve();
      else this.waiting.push({ count, resolve });
    });
  }

  /** Keeps every answer back until the returned function is called. */
  holdAnswers(): () => void {
    let release!: () => void;
    this.answering = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(webhook: ReceivedWebhook): void {
    this.webhooks.push(webhook);
    for (const { count, resolve } of this.waiting) if (this.webhooks.length >= count) resolve();
  }
}
