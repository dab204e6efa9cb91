import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, untilAborted } from '@koosco/payment-worker';
import { type Express } from 'express';
import { startHttpServer } from './http-server';

/** Answers over HTTP: before the database is there, too, so that probes hear that the worker lives, and buyers a 503. */
export class HttpDuty implements Duty {
  readonly name = 'http server';
  readonly needsNothing = true;
  /** The port, once it listens. */
  readonly listening: Promise<number>;
  #listens: (port: number) => void = () => undefined;

  constructor(
    private readonly app: Express,
    private readonly options: { readonly port: number; readonly drainMs: number; readonly logger: Logger },
  ) {
    this.listening = new Promise((resolve) => (this.#listens = resolve));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { port, drainMs, logger } = this.options;
    const server = await startHttpServer(this.app, { port, logger });
    logger.info({ port: server.port }, 'confirm-api listens');
    this.#listens(server.port);
    await untilAborted(signal);
    // Readiness is DOWN already, and whoever still sends, because nobody has noticed yet, is still served.
    await server.drain(drainMs);
    await server.close();
  }
}
