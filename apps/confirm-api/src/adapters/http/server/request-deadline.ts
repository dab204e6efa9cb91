import { type Logger } from '@koosco/payment-telemetry';
import { HttpError } from '../errors/http-error';

/**
 * Answers whoever would wait too long. What was begun for them is not broken off: it goes on to its durable end, and
 * whoever asks again is told of it.
 */
export class RequestDeadline {
  constructor(
    private readonly deadlineMs: number,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when `handle` has answered.
   * @param tooLate what is known when the time is over.
   * @throws whatever `handle` throws in time, and `tooLate` when it has not answered by then.
   */
  async answer(handle: () => Promise<void>, tooLate: () => HttpError): Promise<void> {
    const handled = handle();
    let timer: NodeJS.Timeout | undefined;
    const isOver = new Promise<'over'>((resolve) => {
      timer = setTimeout(resolve, this.deadlineMs, 'over');
    });
    try {
      if ((await Promise.race([handled, isOver])) !== 'over') return;
    } finally {
      clearTimeout(timer);
    }
    // From here on its answer finds nobody: the response is over.
    handled.catch((error: unknown) => this.#failedLate(error));
    throw tooLate();
  }

  #failedLate(error: unknown): void {
    if (error instanceof HttpError || isAnswered(error)) return;
    this.logger.error({ err: error }, 'a request failed after its deadline');
  }
}

/** Node's word for an answer to what has one. */
function isAnswered(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_HTTP_HEADERS_SENT';
}
