import { type OrderId } from '@koosco/payment-domain';
import { type RefundReader } from '../ports/refund-reader';
import { type RefundClaims } from './refund-claims';
import { type ExecutedRefund, type RefundExecution } from './refund-execution';

/** How the work on one refund came out, or that it failed. */
export type CarriedOutRefund =
  | ({ readonly kind: 'looked-after' } & ExecutedRefund)
  | { readonly kind: 'failed'; readonly orderId: OrderId; readonly error: unknown };

/** Orders side by side. A bank that takes its minute holds one place. */
const PLACES = 16;

/** Refunds that are due and nobody works on: those that events asked for, and those whose worker was killed. */
export class CarryOutRefundsUseCase {
  readonly #running = new Map<OrderId, Promise<void>>();

  /** @param onEnd hears of each refund when it has been looked after. */
  constructor(
    private readonly reader: RefundReader,
    private readonly claims: RefundClaims,
    private readonly execution: Pick<RefundExecution, 'run'>,
    private readonly onEnd: (refund: CarriedOutRefund) => void,
  ) {}

  /** Begins to work on what is due, as far as there are places. Any number of relays may do so at once. */
  async takeDue(): Promise<void> {
    const free = PLACES - this.#running.size;
    if (free <= 0) return;
    // Those that are worked on here may still look due: as many more are asked for.
    const due = await this.reader.ordersWithDueRefunds(PLACES + free);
    for (const orderId of due.filter((one) => !this.#running.has(one)).slice(0, free)) {
      const run = this.#carryOut(orderId).finally(() => this.#running.delete(orderId));
      this.#running.set(orderId, run);
    }
  }

  /** Resolves when all that was taken has been looked after. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #carryOut(orderId: OrderId): Promise<void> {
    try {
      for (;;) {
        const claim = await this.claims.next(orderId);
        if (claim.kind !== 'claimed') return;
        const ended = await this.execution.run(claim);
        this.onEnd({ kind: 'looked-after', ...ended });
      }
    } catch (error) {
      this.onEnd({ kind: 'failed', orderId, error });
    }
  }
}
