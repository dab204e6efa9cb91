import { type PaymentAttempt } from '@koosco/payment-domain';
import { backedOffMs, type BackOff, HELD_BACK_MS } from '../settle/back-off';
import { type ApprovalReading } from '../ports/gateway/payment-gateway';

/** A buyer may be waiting for the first of these. */
const UNKNOWN: BackOff = { firstMs: 2_000, maxMs: 60_000 };
/** Transfers take minutes to days, and many attempts may be waiting for theirs. */
const AWAITING_DEPOSIT: BackOff = { firstMs: 30_000, maxMs: 10 * 60_000 };
/** Nobody waits for the last look at what is settled; it only must not be left out. */
const LAST_LOOK: BackOff = { firstMs: 60_000, maxMs: 60 * 60_000 };
/** When an attempt about which the gateway just said this has to be looked at again; null: never. */
export function lookAgainAt(attempt: PaymentAttempt, said: ApprovalReading, now: Date): Date | null {
  const { status, asks, send } = attempt.state;
  const after = (delayMs: number) => new Date(now.getTime() + delayMs);
  switch (said.kind) {
    case 'approved':
    case 'mischarged':
    case 'declined':
      return null;
    case 'refused':
    case 'not-charged':
      // Once more, when no request can arrive any more: nothing outweighs a charge in the gateway's books.
      return send.mayArriveUntil > now ? send.mayArriveUntil : attempt.isSettled ? null : after(LAST_LOOK.firstMs);
    case 'awaiting-deposit':
      return after(backedOffMs(AWAITING_DEPOSIT, status === 'AWAITING_DEPOSIT' ? asks + 1 : 0));
    case 'open':
    case 'unknown':
      if (said.kind === 'unknown' && said.heldBack === true) return after(HELD_BACK_MS);
      return after(backedOffMs(attempt.isSettled ? LAST_LOOK : UNKNOWN, asks));
  }
}
