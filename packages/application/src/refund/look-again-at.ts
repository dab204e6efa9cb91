import { type Refund, type RefundOutcome } from '@koosco/payment-domain';
import { backedOffMs, HELD_BACK_MS } from '../settle/back-off';

/** Somebody may be waiting for the first of these. */
const UNKNOWN = { firstMs: 2_000, maxMs: 10 * 60_000 };
/** What the gateway could not do now: a bank that is closed opens in hours. */
const NOT_REFUNDED = { firstMs: 30_000, maxMs: 30 * 60_000 };

/** When a refund about which the gateway just said this has to be looked at again, if it is not settled by it. */
export function lookAgainAt({ state }: Refund, said: RefundOutcome, now: Date): Date {
  const after = (delayMs: number) => new Date(now.getTime() + delayMs);
  if (said.kind === 'unknown' && said.heldBack === true) return after(HELD_BACK_MS);
  if (said.kind === 'not-refunded') return after(backedOffMs(NOT_REFUNDED, state.tries));
  return after(backedOffMs(UNKNOWN, state.asks));
}
