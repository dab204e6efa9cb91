import { type BuyerAnswer } from '../buyer';
import { type Disagreement } from './compare-records';
import { type Ending, type PlannedOrder, type Story } from '../order-plan';
import { pgOrderIdOf } from '../pg-order-id';
import { type Records } from './records';

export interface DemoReport {
  readonly orders: number;
  readonly approved: number;
  readonly declined: number;
  readonly refused: number;
  /** Distinct events on each topic, by event type. */
  readonly events: Readonly<Record<string, number>>;
  /** Records beyond the first with the same event id: redeliveries. */
  readonly redelivered: number;
  readonly chargedKrw: number;
  /** Of what had been charged. */
  readonly refundedKrw: number;
  /** From an event's time, taken inside its transaction, to the time of its record in Kafka. */
  readonly commitToKafkaMs: { readonly p50: number; readonly p99: number };
  readonly seconds: number;
  readonly tried: Tried;
  readonly disagreements: readonly { readonly orderId: string | null; readonly what: string }[];
}

/** What the demo did to the service on purpose, and what came of it. */
export interface Tried {
  /** Orders whose event was delivered twice, and how many payments they have. */
  readonly duplicateEvents: { readonly orders: number; readonly payments: number };
  /** Orders that came again under another event id, and how many payments they have. */
  readonly secondEvents: { readonly orders: number; readonly payments: number };
  /** Confirms that were sent again, and how many were answered as the first time. */
  readonly repeatedConfirms: { readonly orders: number; readonly sameAnswer: number };
  /** Confirms over one won less than is owed, how many were refused, and what they charged. */
  readonly wrongAmounts: { readonly orders: number; readonly refused: number; readonly charges: number };
  /** Cards that Toss declines, how many buyers heard so, and what they were charged. */
  readonly declinedCards: { readonly orders: number; readonly declined: number; readonly charges: number };
  /** Orders of 0 won, and how many were approved without a charge. */
  readonly nothingToPay: { readonly orders: number; readonly approved: number; readonly charges: number };
  /** Buyers who cancelled over HTTP, and how many were told that it went back. */
  readonly cancels: { readonly orders: number; readonly refunded: number };
  /** Parts that order-service wanted given back, and how many payments gave some. */
  readonly returns: { readonly orders: number; readonly refunded: number };
  /** Orders that were cancelled before, while or after they were paid, and what stays charged for them. */
  readonly cancelledOrders: { readonly orders: number; readonly called: number; readonly chargedKrw: number };
  /** Order ids that a double cannot hold, and how many payments have exactly such an id. */
  readonly idsAbove2To53: { readonly orders: number; readonly payments: number };
  /** Processes that ended without having been told to and were started again, by name. */
  readonly restarts: Readonly<Record<string, number>>;
}

interface Run {
  readonly orders: readonly PlannedOrder[];
  readonly answers: readonly BuyerAnswer[];
  readonly records: Records;
  readonly disagreements: readonly Disagreement[];
  readonly seconds: number;
  readonly restarts: Readonly<Record<string, number>>;
}

export function demoReport(run: Run): DemoReport {
  const { answers, records } = run;
  const distinct = new Map(records.events.map(({ event }) => [event.id, event]));
  const events: Record<string, number> = {};
  for (const { type } of distinct.values()) events[type] = (events[type] ?? 0) + 1;
  return {
    orders: run.orders.length,
    approved: answers.filter(({ word }) => word === 'APPROVED').length,
    declined: answers.filter(({ word }) => word === 'declined').length,
    refused: answers.filter(({ word }) => word === 'PAYMENT-400-001').length,
    events,
    redelivered: records.events.length - distinct.size,
    chargedKrw: movedBy(records, (kind) => kind === 'charge'),
    refundedKrw: movedBy(records, (kind) => kind !== 'charge'),
    commitToKafkaMs: percentiles(records.events.map(({ latencyMs }) => latencyMs)),
    seconds: run.seconds,
    tried: triedIn(run),
    disagreements: run.disagreements.map(({ orderId, what }) => ({ orderId: orderId?.toString() ?? null, what })),
  };
}

/** Counted from the records and the answers, not from the plan: what came of it is what others say. */
function triedIn({ orders, answers, records, restarts }: Run): Tried {
  const answerOf = new Map(answers.map((answer) => [answer.orderId, answer]));
  const keyOf = new Map(answers.map(({ orderId, paymentKey }) => [paymentKey, orderId]));
  const count = <T>(items: readonly T[], is: (item: T) => boolean) => items.filter(is).length;
  const among = (chosen: readonly PlannedOrder[]) => new Set(chosen.map(({ orderId }) => orderId));
  const payments = (chosen: readonly PlannedOrder[]) => {
    const ids = among(chosen);
    return count(records.payments, ({ orderId }) => ids.has(orderId));
  };
  const heard = (chosen: readonly PlannedOrder[], word: string) =>
    count(chosen, ({ orderId }) => answerOf.get(orderId)?.word === word);
  const charges = (chosen: readonly PlannedOrder[]) => {
    const ids = among(chosen);
    return count(records.ledger, ({ kind, paymentKey }) => kind === 'charge' && ids.has(keyOf.get(paymentKey) ?? -1n));
  };
  const telling = (story: Story) => orders.filter((order) => order.story === story);
  const duplicated = orders.filter(({ sendsEventTwice }) => sendsEventTwice);
  const second = orders.filter(({ hasSecondEvent }) => hasSecondEvent);
  // There is nothing to confirm where nothing is owed.
  const repeated = orders.filter(({ confirmsTwice, story }) => confirmsTwice && story !== 'owes nothing');
  const wrong = telling('pays a wrong amount');
  const declined = telling('is declined');
  const free = telling('owes nothing');
  const ended = (kind: Ending['kind']) =>
    orders.filter((order) => order.ending?.kind === kind && order.story === 'pays');
  const gaveBack = (chosen: readonly PlannedOrder[]) => {
    const ids = among(chosen);
    return count(records.payments, ({ orderId, canceledAmount }) => ids.has(orderId) && canceledAmount > 0n);
  };
  const cancelled = orders.filter(({ ending }) => ending?.kind === 'order cancelled');
  const large = orders.filter(({ orderId }) => orderId > BigInt(Number.MAX_SAFE_INTEGER));
  const isSame = ({ orderId }: PlannedOrder) => answerOf.get(orderId)?.contradictions.length === 0;
  return {
    duplicateEvents: { orders: duplicated.length, payments: payments(duplicated) },
    secondEvents: { orders: second.length, payments: payments(second) },
    repeatedConfirms: { orders: repeated.length, sameAnswer: count(repeated, isSame) },
    wrongAmounts: { orders: wrong.length, refused: heard(wrong, 'PAYMENT-400-001'), charges: charges(wrong) },
    declinedCards: { orders: declined.length, declined: heard(declined, 'declined'), charges: charges(declined) },
    nothingToPay: { orders: free.length, approved: heard(free, 'APPROVED'), charges: charges(free) },
    cancels: {
      orders: ended('cancels').length,
      refunded: count(ended('cancels'), ({ orderId }) => /CANCELED$/.test(answerOf.get(orderId)?.refund ?? '')),
    },
    returns: { orders: ended('returns').length, refunded: gaveBack(ended('returns')) },
    cancelledOrders: {
      orders: cancelled.length,
      called: statusesOf(records, among(cancelled), 'CANCELED'),
      chargedKrw: stillCharged(records, new Set(cancelled.map(({ orderId }) => pgOrderIdOf(orderId)))),
    },
    idsAbove2To53: { orders: large.length, payments: payments(large) },
    restarts,
  };
}

function movedBy({ ledger }: Records, is: (kind: string) => boolean): number {
  return ledger.reduce((sum, { kind, amount }) => sum + (is(kind) ? amount : 0), 0);
}

function statusesOf({ payments }: Records, orderIds: ReadonlySet<bigint>, status: string): number {
  return payments.filter((payment) => orderIds.has(payment.orderId) && payment.status === status).length;
}

function stillCharged({ ledger }: Records, pgOrderIds: ReadonlySet<string>): number {
  return ledger
    .filter(({ orderId }) => pgOrderIds.has(orderId))
    .reduce((sum, { kind, amount }) => sum + (kind === 'charge' ? amount : -amount), 0);
}

export function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
