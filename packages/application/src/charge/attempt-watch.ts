import { type PaymentAttempt } from '@koosco/payment-domain';
import { type Clock } from '../ports/clock';
import { type AttemptGlimpse, type PaymentReader } from '../ports/payment-reader';

/** A buyer does not notice a wait of this length, and a statement in it is nothing for the database. */
const LOOK_INTERVAL_MS = 50;

/** Lets any number of confirms wait for attempts to move on: one statement per look, however many wait. */
export class AttemptWatch {
  readonly #waiting = new Set<Waiter>();
  #isLooking = false;

  constructor(
    private readonly reader: PaymentReader,
    private readonly clock: Clock,
  ) {}

  /**
   * Waits until the attempt was settled, taken over or left alone.
   * @param deadlineMs in {@link Clock.elapsedMs}.
   * @returns false when the deadline came first.
   */
  async untilMoved(attempt: PaymentAttempt, deadlineMs: number): Promise<boolean> {
    if (this.clock.elapsedMs() >= deadlineMs) return false;
    return new Promise((resolve, reject) => {
      this.#waiting.add({ attempt, deadlineMs, resolve, reject });
      if (!this.#isLooking) void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiting.size > 0) {
      await this.clock.sleep(LOOK_INTERVAL_MS);
      const waiting = [...this.#waiting];
      try {
        const glimpses = await this.reader.glimpseAttempts([
          ...new Set(waiting.map(({ attempt }) => attempt.state.attemptId)),
        ]);
        for (const waiter of waiting) this.#tell(waiter, glimpses.get(waiter.attempt.state.attemptId));
      } catch (error) {
        for (const waiter of waiting) this.#end(waiter, () => waiter.reject(error));
      }
    }
    this.#isLooking = false;
  }

  #tell(waiter: Waiter, glimpse: AttemptGlimpse | undefined): void {
    const { status, fence } = waiter.attempt.state;
    const stands = glimpse?.status === status && glimpse.fence === fence && glimpse.isLeased;
    if (!stands) this.#end(waiter, () => waiter.resolve(true));
    else if (this.clock.elapsedMs() >= waiter.deadlineMs) this.#end(waiter, () => waiter.resolve(false));
  }

  #end(waiter: Waiter, tell: () => void): void {
    this.#waiting.delete(waiter);
    tell();
  }
}

interface Waiter {
  readonly attempt: PaymentAttempt;
  readonly deadlineMs: number;
  readonly resolve: (moved: boolean) => void;
  readonly reject: (error: unknown) => void;
}
