import { OrderId, type PaymentAttempt } from '@koosco/payment-domain';
import { type AttemptExecution, type Executed } from '../charge/attempt-execution';
import { type Clock } from '../ports/clock';
import { type Transaction, type UnitOfWork } from '../ports/transaction/unit-of-work';

export type ResolvedAttempt =
  | ({ readonly kind: 'looked-at' } & Executed)
  /** Somebody is at work on it: whoever bears this fencing token, until then if they stop renewing. */
  | { readonly kind: 'owned'; readonly fence: number; readonly leasedUntil: Date };

/**
 * A person wants one attempt brought to its end now. It is taken over as the relay would take it, and settled by what the
 * gateway says has happened; nothing is sent that could move money, since a person has nothing to add to what a relay sends.
 */
export class ResolveAttemptUseCase {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly execution: AttemptExecution,
    private readonly clock: Pick<Clock, 'elapsedMs'>,
  ) {}

  /**
   * Takes it also before it is due. What the gateway cannot say for certain leaves it unresolved, due again, for the relay.
   * @throws whatever the database throws; the lease then runs out, and the relay continues.
   */
  async execute(wanted: { readonly orderId: bigint; readonly attemptId: string }): Promise<ResolvedAttempt> {
    const atMs = this.clock.elapsedMs();
    const taken = await this.unitOfWork.run((tx) => this.#take(tx, wanted));
    if (taken.kind === 'owned') return taken;
    return { kind: 'looked-at', ...(await this.execution.look(taken.attempt, { atMs, isFresh: false })) };
  }

  async #take(tx: Transaction, { orderId, attemptId }: { orderId: bigint; attemptId: string }): Promise<Taken> {
    // Whoever changes an attempt locks its payment first.
    await tx.payments.findByOrderIdForUpdate(OrderId.of(orderId));
    const attempt = await tx.attempts.findForUpdate(attemptId);
    if (attempt === null) throw new Error(`attempt ${attemptId} is gone from the database`);
    const { leasedUntil, dueAt, fence } = attempt.state;
    const now = await tx.now();
    if (leasedUntil !== null && attempt.isLeasedAt(now)) return { kind: 'owned', fence, leasedUntil };
    // Settled for good: only a charge would be news of it, and that needs no owner.
    if (dueAt === null) return { kind: 'taken', attempt };
    const taken = attempt.takeOver(now, new Date(now.getTime() + this.execution.leaseMs));
    const isMine = await tx.attempts.save(taken, { fence });
    if (!isMine) throw new Error(`attempt ${attemptId} changed under its lock`);
    return { kind: 'taken', attempt: taken };
  }
}

type Taken =
  { readonly kind: 'taken'; readonly attempt: PaymentAttempt } | Extract<ResolvedAttempt, { readonly kind: 'owned' }>;
