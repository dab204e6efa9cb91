import { HeldAttempt, type TakenAttempt } from './held-attempt';
import { type AttemptLeases } from '../ports/attempt-leases';
import { type Clock } from '../ports/clock';

/**
 * How long an attempt stays with an owner that has stopped renewing: what a buyer whose worker was killed waits at most
 * before another one takes over. Long enough for a database that pauses for a moment.
 */
export const ATTEMPT_LEASE_MS = 6_000;

/** Two renewals may fail before the lease ends. */
const RENEWALS_PER_LEASE = 3;

/** One for all: an abort without a reason makes an error of its own, with its stack. */
const nothingHeld = new Error('no attempt is held');

/** Keeps the attempts of one process leased while it is at work on them: all of them with one statement at a time. */
export class LeaseKeeper {
  readonly #held = new Set<HeldAttempt>();
  #stopWaiting: AbortController | null = null;

  constructor(
    private readonly leases: AttemptLeases,
    private readonly clock: Clock,
    readonly leaseMs: number = ATTEMPT_LEASE_MS,
  ) {}

  /**
   * @param attempt as it was taken. The caller owns it until it calls {@link LeaseKeeper.release}.
   * @param taken `atMs` is this process's {@link Clock.elapsedMs} from before it was taken; `isFresh` says that nothing
   *   was sent for it yet, and that the first request is recorded with it.
   */
  hold(attempt: TakenAttempt, taken: { atMs: number; isFresh: boolean }): HeldAttempt {
    const held = new HeldAttempt(attempt, taken, { leases: this.leases, clock: this.clock, leaseMs: this.leaseMs });
    this.#held.add(held);
    if (this.#stopWaiting === null) void this.#renewWhileHeld();
    return held;
  }

  release(held: HeldAttempt): void {
    this.#held.delete(held);
    if (this.#held.size === 0) this.#stopWaiting?.abort(nothingHeld);
  }

  async #renewWhileHeld(): Promise<void> {
    const stopWaiting = new AbortController();
    this.#stopWaiting = stopWaiting;
    const pause = () =>
      this.clock.sleep(this.leaseMs / RENEWALS_PER_LEASE, stopWaiting.signal).then(
        () => true,
        () => false,
      );
    while (await pause()) await this.#renew([...this.#held]);
    this.#stopWaiting = null;
    if (this.#held.size > 0) void this.#renewWhileHeld();
  }

  async #renew(held: readonly HeldAttempt[]): Promise<void> {
    const atMs = this.clock.elapsedMs();
    try {
      const kept = await this.leases.renew(
        held.map(({ ownership }) => ownership),
        this.leaseMs,
      );
      for (const one of held) {
        if (kept.has(one.ownership.attemptId)) one.renewed(atMs);
        else one.lost();
      }
    } catch {
      // The database is away. Nobody can take over meanwhile either; the next try is a moment away, and no request
      // leaves after the lease unless the database confirms it.
    }
  }
}
