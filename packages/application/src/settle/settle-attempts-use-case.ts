import {
  type ApprovalOutcome,
  type Payment,
  type PaymentAttempt,
  type PaymentAttemptStatus,
} from '@koosco/payment-domain';
import { type AttemptExecution } from '../charge/attempt-execution';
import { type Clock } from '../ports/clock';
import { type UnitOfWork } from '../ports/transaction/unit-of-work';

/** How the look after one attempt came out, or that it failed. */
export interface SettledAttempt {
  readonly attempt: PaymentAttempt;
  /** As it stands now; missing when the look failed. */
  readonly payment?: Payment;
  readonly outcome: ApprovalOutcome['kind'] | 'open' | 'failed';
  /** False when somebody else had settled it. */
  readonly applied: boolean;
  readonly error?: unknown;
}

/**
 * How many attempts of each status are looked after side by side, the urgent ones first. Each has its own, so that a
 * thousand deposits that are awaited for days do not keep one buyer from an answer.
 */
const PLACES: readonly (readonly [PaymentAttemptStatus, number])[] = [
  // Its owner was killed: a buyer is waiting.
  ['IN_FLIGHT', 24],
  ['UNKNOWN', 24],
  ['AWAITING_DEPOSIT', 4],
  // The last look at what was settled without a charge.
  ['NOT_CHARGED', 2],
  ['REFUSED', 2],
];

/** What our own limits hold back is not asked for again at once: about as long as it takes until one question is let through. */
const HELD_BACK_PAUSE_MS = 1_000;

/**
 * Confirms that were killed, or never read an answer, are brought to their end: the relay asks the gateway what became
 * of the charge and settles what it hears. It never concludes from silence. A pool and not a round: an attempt that is
 * slow, or fails (a database error), holds its own place and nobody else's; its lease runs out and it is due again.
 */
export class SettleAttemptsUseCase {
  readonly #running = new Map<PaymentAttemptStatus, Set<Promise<void>>>(PLACES.map(([status]) => [status, new Set()]));
  readonly #pausedUntilMs = new Map<PaymentAttemptStatus, number>();

  /** @param onSettled hears of each attempt when it has been looked after. */
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly execution: Pick<AttemptExecution, 'run' | 'leaseMs'>,
    private readonly clock: Clock,
    private readonly onSettled: (settled: SettledAttempt) => void,
  ) {}

  /**
   * Takes over what is due, as far as there are places, and begins to look after it. Any number of relays may do so at
   * once. Does not wait for the attempts to be settled.
   * @returns how many it took.
   */
  async takeDue(): Promise<number> {
    let taken = 0;
    for (const [status, places] of PLACES) {
      const running = this.#running.get(status) ?? new Set();
      const limit = places - running.size;
      if (limit <= 0 || this.clock.elapsedMs() < (this.#pausedUntilMs.get(status) ?? 0)) continue;
      const atMs = this.clock.elapsedMs();
      const { leaseMs } = this.execution;
      const due = await this.unitOfWork.run((tx) => tx.attempts.takeOverDue({ status, leaseMs, limit }));
      taken += due.length;
      for (const attempt of due) {
        const run = this.#settle(attempt, atMs).finally(() => running.delete(run));
        running.add(run);
      }
    }
    return taken;
  }

  /** Resolves when all that was taken has been looked after. */
  async drain(): Promise<void> {
    await Promise.all([...this.#running.values()].flatMap((running) => [...running]));
  }

  async #settle(attempt: PaymentAttempt, atMs: number): Promise<void> {
    const { status } = attempt.state;
    try {
      const settled = await this.execution.run(attempt, { atMs, isFresh: false });
      if (settled.heldBack) this.#pausedUntilMs.set(status, this.clock.elapsedMs() + HELD_BACK_PAUSE_MS);
      this.onSettled(settled);
    } catch (error) {
      this.onSettled({ attempt, outcome: 'failed', applied: false, error });
    }
  }
}
