import { type PaymentEvent } from '@koosco/payment-contracts';
import { type LedgerRow } from '@koosco/toss-sandbox';
import { type BuyerAnswer } from '../buyer';
import { endsOf, type OrderEnd } from '../order-ends';
import { type PlannedOrder } from '../order-plan';
import { pgOrderIdOf } from '../pg-order-id';
import { type Records, type StoredPayment } from './records';

export interface Disagreement {
  /** Null where no single order is to blame. */
  readonly orderId: bigint | null;
  readonly what: string;
}

/** Holds what four independent records say of each order against one another and against the order's story. */
export function compareRecords(
  orders: readonly PlannedOrder[],
  answers: readonly BuyerAnswer[],
  records: Records,
): readonly Disagreement[] {
  const payments = groupBy(records.payments, ({ orderId }) => orderId);
  const charges = groupBy(records.ledger, ({ orderId }) => orderId);
  const events = groupBy(distinctEvents(records), ({ data }) => data.orderId);
  const answerOf = new Map(answers.map((answer) => [answer.orderId, answer]));

  const ofOrders = orders.flatMap((order) =>
    faultsOf(order, {
      payments: payments.get(order.orderId) ?? [],
      ledger: charges.get(pgOrderIdOf(order.orderId)) ?? [],
      events: events.get(order.orderId) ?? [],
      answer: answerOf.get(order.orderId),
    }).map((what) => ({ orderId: order.orderId, what })),
  );
  return [...ofOrders, ...faultsOfTheWhole(orders, records)];
}

interface Evidence {
  readonly payments: readonly StoredPayment[];
  readonly ledger: readonly LedgerRow[];
  readonly events: readonly PaymentEvent[];
  readonly answer: BuyerAnswer | undefined;
}

/** What is wrong with the end that the order came closest to, of those that it may have. */
function faultsOf(order: PlannedOrder, evidence: Evidence): readonly string[] {
  const faults = endsOf(order).map((end) => faultsAt(end, order, evidence));
  return faults.reduce((best, one) => (one.length < best.length ? one : best));
}

function faultsAt(end: OrderEnd, order: PlannedOrder, { payments, ledger, events, answer }: Evidence): string[] {
  const faults: string[] = [];
  const { kind, when } = { kind: undefined, when: undefined, ...order.ending };
  const tale = [order.story, kind, when].filter((part) => part !== undefined).join(', ');
  const mustBe = (what: string, actual: unknown, wanted: unknown) => {
    if (actual !== wanted) faults.push(`${what} is ${String(actual)}, not ${String(wanted)} (the order ${tale})`);
  };
  const [payment, ...others] = payments;
  if (payment === undefined) return ['the database has no payment'];
  if (others.length > 0) faults.push(`the database has ${payments.length} payments`);

  const heard = end.answers.find(([status, word]) => status === answer?.status && word === answer.word);
  const [status, word] = heard ?? end.answers[0] ?? [];
  mustBe('the HTTP status', answer?.status, status);
  mustBe('the HTTP answer', answer?.word, word);
  mustBe('the answer to the cancel', answer?.refund, end.refundAnswer);
  for (const contradiction of answer?.contradictions ?? [])
    faults.push(`the same confirm was answered ${contradiction}`);
  mustBe('the stored status', payment.status, end.status);
  mustBe('the stored amount', payment.amount, order.amount);
  mustBe('the stored sum of refunds', payment.canceledAmount, end.refundedKrw);
  mustBe('the number of unresolved attempts', payment.unresolvedAttempts, 0n);
  mustBe('the number of unresolved refunds', payment.unresolvedRefunds, 0n);
  mustBe('the history', payment.history, `${payment.status} after ${payment.sequence}`);

  const [charge, ...more] = ledger.filter((row) => row.kind === 'charge');
  const returned = ledger.filter((row) => row.kind !== 'charge');
  mustBe('the number of charges in the ledger', (charge ? 1 : 0) + more.length, end.isCharged ? 1 : 0);
  mustBe('what the ledger gave back', sumOf(returned.map(({ amount }) => BigInt(amount))), end.refundedKrw);
  if (charge !== undefined) {
    mustBe('what the ledger took', BigInt(charge.amount), order.amount);
    mustBe('the charged payment key', charge.paymentKey, answer?.paymentKey);
    mustBe('the stored payment key', payment.paymentKey, charge.paymentKey);
    mustBe('the stored transaction', payment.pgTransactionId, charge.transactionKey);
    for (const { paymentKey } of returned) mustBe('the payment key that gave back', paymentKey, charge.paymentKey);
  }

  mustBe('the events', typesInOrder(events).join(), end.events.join());
  mustBe('the sum of refunds in the events', sumOf(events.map(canceledAmountOf)), end.refundedKrw);
  for (const event of events) {
    mustBe(`the payment id of ${event.type}`, event.data.paymentId, payment.paymentId);
    mustBe(`the correlation id of ${event.type}`, event.data.correlationId, `order-${order.orderId}`);
    if (event.type === 'payment.completed') {
      mustBe('the paid amount in the event', event.data.paidAmount, order.amount);
      mustBe('the transaction in the event', event.data.pgTransactionId, charge?.transactionKey ?? null);
    }
  }
  return faults;
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function canceledAmountOf(event: PaymentEvent): bigint {
  return event.type === 'payment.canceled' ? event.data.canceledAmount : 0n;
}

function typesInOrder(events: readonly PaymentEvent[]): readonly string[] {
  const sorted = [...events].sort((a, b) => a.data.sequence - b.data.sequence);
  const isGapless = sorted.every(({ data }, index) => data.sequence === index + 1);
  return isGapless ? sorted.map(({ type }) => type) : [`sequence ${sorted.map(({ data }) => data.sequence).join()}`];
}

function faultsOfTheWhole(
  orders: readonly PlannedOrder[],
  { ledger, payments, outbox, events, unreadable }: Records,
): Disagreement[] {
  const placed = new Set(orders.map(({ orderId }) => orderId));
  const chargeable = new Set(orders.map(({ orderId }) => pgOrderIdOf(orderId)));
  const seen = new Set(events.map(({ outboxId }) => outboxId));
  const written = new Set(outbox.map(({ id }) => id));
  return [
    ...payments
      .filter(({ orderId }) => !placed.has(orderId))
      .map(({ orderId }) => ({ orderId, what: 'a payment for an order that nobody placed' })),
    ...ledger
      .filter(({ orderId }) => !chargeable.has(orderId))
      .map(({ orderId }) => ({ orderId: null, what: `a charge for ${orderId}, which nobody placed` })),
    ...outbox
      .filter(({ id }) => !seen.has(id))
      .map(({ id }) => ({ orderId: null, what: `outbox row ${id} was never published` })),
    ...outbox
      .filter(({ status }) => status !== 'PUBLISHED')
      .map(({ id, status }) => ({ orderId: null, what: `outbox row ${id} is still ${status}` })),
    ...events
      .filter(({ outboxId }) => outboxId === null || !written.has(outboxId))
      .map(({ event }) => ({ orderId: event.data.orderId, what: `event ${event.id} has no outbox row` })),
    ...unreadable.map((place) => ({ orderId: null, what: `the record at ${place} cannot be read` })),
  ];
}

function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Delivery is at least once: what comes again under the same id is the same event. */
function distinctEvents({ events }: Records): readonly PaymentEvent[] {
  return [...new Map(events.map(({ event }) => [event.id, event])).values()];
}
