import { type SendRecord } from '@koosco/payment-domain';
import { type AttemptLeases, type AttemptOwnership } from '../ports/attempt-leases';
import { type Clock } from '../ports/clock';
import { type SendPermit } from '../ports/gateway/payment-gateway';

/** An attempt to move money, to us or back, as it was taken. */
export interface TakenAttempt {
  readonly attemptId: string;
  readonly fence: number;
  readonly send: SendRecord;
}

/** An attempt that this process owns, as far as it knows. */
export class HeldAttempt implements SendPermit {
  readonly ownership: AttemptOwnership;
  readonly past: SendRecord | null;
  /** What is known about its requests; durable once the attempt is settled. */
  send: SendRecord;
  /** The request that is recorded and has not left yet: it may leave without another round trip. */
  #recorded: SendRecord | null;
  #leasedUntilMs: number;
  #isLost = false;

  constructor(
    attempt: TakenAttempt,
    taken: { atMs: number; isFresh: boolean },
    private readonly by: { leases: AttemptLeases; clock: Clock; leaseMs: number },
  ) {
    const { attemptId, fence, send } = attempt;
    this.ownership = { attemptId, fence };
    this.send = send;
    this.past = taken.isFresh ? null : send;
    this.#recorded = taken.isFresh ? send : null;
    this.#leasedUntilMs = taken.atMs + by.leaseMs;
  }

  /**
   * Asks the database, unless this very request was recorded when the attempt began and the lease surely lasts: a
   * process may have been stopped for any time since.
   */
  async beforeSend(send: SendRecord): Promise<boolean> {
    const { leases, clock, leaseMs } = this.by;
    const recorded = this.#recorded;
    this.#recorded = null;
    this.send = send;
    if (this.#isLost) return false;
    if (recorded !== null && isSameRequest(recorded, send) && clock.elapsedMs() < this.#leasedUntilMs) return true;

    const atMs = clock.elapsedMs();
    try {
      const isMine = await leases.recordSend(this.ownership, send, leaseMs);
      if (isMine) this.renewed(atMs);
      else this.lost();
      return isMine;
    } catch {
      // What is not durable must not leave.
      return false;
    }
  }

  learned(send: SendRecord): void {
    this.send = send;
  }

  /** @param atMs from before the database was asked. */
  renewed(atMs: number): void {
    this.#leasedUntilMs = Math.max(this.#leasedUntilMs, atMs + this.by.leaseMs);
  }

  lost(): void {
    this.#isLost = true;
  }
}

function isSameRequest(one: SendRecord, other: SendRecord): boolean {
  return one.keySlot === other.keySlot && one.credential === other.credential;
}
