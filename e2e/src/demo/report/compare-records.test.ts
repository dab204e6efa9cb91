import { describe, expect, it } from '@jest/globals';
import { newPaymentEvent } from '@koosco/payment-contracts';
import { type LedgerRow } from '@koosco/toss-sandbox';
import { type BuyerAnswer } from '../buyer';
import { compareRecords } from './compare-records';
import { type PlannedOrder, type Story } from '../order-plan';
import { type PublishedEvent, type Records, type StoredOutboxRow, type StoredPayment } from './records';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One order of each story, and records that agree on all of them; a test then spoils one thing. */
interface World {
  orders: PlannedOrder[];
  answers: Mutable<BuyerAnswer>[];
  ledger: Mutable<LedgerRow>[];
  payments: Mutable<StoredPayment>[];
  outbox: Mutable<StoredOutboxRow>[];
  events: Mutable<PublishedEvent>[];
  unreadable: string[];
}

const stories: readonly Story[] = ['pays', 'is declined', 'pays a wrong amount', 'owes nothing'];
/** Their order ids; the first is above 2^53. */
const [paid, declined, refused, free] = [9_007_199_254_740_993n, 2n, 3n, 4n];

function agreeingWorld(): World {
  const world: World = { orders: [], answers: [], ledger: [], payments: [], outbox: [], events: [], unreadable: [] };
  stories.forEach((story, index) => addOrder(world, [paid, declined, refused, free][index]!, story));
  return world;
}

function addOrder(world: World, orderId: bigint, story: Story): void {
  const amount = story === 'owes nothing' ? 0n : 15_000n;
  const paymentKey = story === 'owes nothing' ? null : `key-${orderId}`;
  const transactionKey = story === 'pays' ? `tx-${orderId}` : null;
  const status = ({ 'is declined': 'FAILED', 'pays a wrong amount': 'READY' } as Record<string, string>)[story];
  const answer = { 'is declined': [502, 'declined'], 'pays a wrong amount': [400, 'PAYMENT-400-001'] } as Record<
    string,
    [number, string]
  >;
  const [httpStatus, word] = answer[story] ?? [200, 'APPROVED'];
  world.orders.push({
    ...{ orderId, amount, story, userId: 1n },
    ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
  });
  world.answers.push({ orderId, status: httpStatus, word, paymentKey, contradictions: [] });
  world.payments.push({
    ...{ orderId, amount, paymentId: `pay-${orderId}`, status: status ?? 'APPROVED' },
    paymentKey: transactionKey === null ? null : paymentKey,
    ...{ pgTransactionId: transactionKey, unresolvedAttempts: 0n, unresolvedRefunds: 0n, canceledAmount: 0n },
    ...{
      sequence: status === 'READY' ? 1n : 2n,
      history: `${status ?? 'APPROVED'} after ${status === 'READY' ? 1 : 2}`,
    },
  });
  if (transactionKey !== null) world.ledger.push(charge(world, orderId, transactionKey));
  addEvent(world, 'payment.created', orderId, 1);
  if (status === 'FAILED') addEvent(world, 'payment.failed', orderId, 2);
  if (status === undefined) addEvent(world, 'payment.completed', orderId, 2);
}

function charge({ ledger }: World, orderId: bigint, transactionKey: string): LedgerRow {
  return {
    ...{ seq: ledger.length + 1, kind: 'charge', mId: 'm', paymentKey: `key-${orderId}` },
    ...{ orderId: `ord-${orderId.toString().padStart(19, '0')}`, amount: 15_000, currency: 'KRW' },
    ...{ transactionKey, at: '2026-01-01T00:00:00.000+09:00' },
  };
}

type EventType = 'payment.created' | 'payment.completed' | 'payment.failed';

function addEvent(world: World, type: EventType, orderId: bigint, sequence: number): void {
  const outboxId = BigInt(world.outbox.length + 1);
  const pgTransactionId = type === 'payment.completed' && orderId === paid ? `tx-${orderId}` : null;
  const data = {
    ...{ paymentId: `pay-${orderId}`, orderId, correlationId: `order-${orderId}`, causationId: 'c', sequence },
    ...(type === 'payment.completed' && { paidAmount: orderId === free ? 0n : 15_000n, pgTransactionId }),
  };
  const fields = { id: `event-${outboxId}`, time: new Date(0), data };
  world.outbox.push({ id: outboxId, status: 'PUBLISHED' });
  world.events.push({
    outboxId,
    event: newPaymentEvent(type, fields as unknown as Parameters<typeof newPaymentEvent<typeof type>>[1]),
    latencyMs: 1,
  });
}

/** What is found when one thing is spoilt: `[order, what]`, order null where none is to blame. */
function found(spoil: (world: World) => void): readonly (readonly [bigint | null, string])[] {
  const world = agreeingWorld();
  spoil(world);
  const { orders, answers, ...records } = world;
  return compareRecords(orders, answers, records as Records).map(({ orderId, what }) => [orderId, what]);
}

const of = <T extends { readonly orderId: bigint }>(rows: T[], orderId: bigint) =>
  rows.find((row) => row.orderId === orderId)!;
const eventOf = ({ events }: World, type: EventType, orderId: bigint) =>
  events.find(({ event }) => event.type === type && event.data.orderId === orderId)!;
/** The data of an event, to be spoilt. */
const dataOf = (world: World, type: EventType, orderId: bigint) =>
  eventOf(world, type, orderId).event.data as unknown as Record<string, unknown>;

describe('compareRecords', () => {
  it('finds nothing where all four agree', () => {
    expect(found(() => undefined)).toEqual([]);
  });

  it('takes a redelivered event for the same event', () => {
    expect(found((world) => world.events.push({ ...world.events[0]! }))).toEqual([]);
  });

  it.each<[string, bigint | null, RegExp, (world: World) => void]>([
    ['a missing charge', paid, /charges in the ledger is 0, not 1/, ({ ledger }) => ledger.pop()],
    ['a double charge', paid, /charges in the ledger is 2, not 1/, (w) => w.ledger.push(charge(w, paid, 'tx-2'))],
    ['a charge that was declined', declined, /charges .* 1, not 0/, (w) => w.ledger.push(charge(w, declined, 't'))],
    ['a wrong amount taken', paid, /ledger took is 14999, not 15000/, ({ ledger }) => (ledger[0]!.amount = 14_999)],
    [
      'money given back',
      paid,
      /gave back is 5, not 0/,
      (w) => w.ledger.push({ ...w.ledger[0]!, kind: 'cancel', amount: 5 }),
    ],
    ['a refund stored', paid, /stored sum of refunds is 1, not 0/, (w) => (of(w.payments, paid).canceledAmount = 1n)],
    ['a refund left open', paid, /unresolved refunds/, (w) => (of(w.payments, paid).unresolvedRefunds = 1n)],
    [
      'a history that ends otherwise',
      paid,
      /the history is READY after 1/,
      (w) => (of(w.payments, paid).history = 'READY after 1'),
    ],
    ['a charge of nobody', null, /charge for ord-0{18}9/, (w) => w.ledger.push(charge(w, 9n, 't'))],
    ['another key charged', paid, /charged payment key/, ({ ledger }) => (ledger[0]!.paymentKey = 'other')],
    ['another transaction stored', paid, /stored transaction/, (w) => (of(w.payments, paid).pgTransactionId = 'x')],
    ['a lost payment', declined, /no payment/, (w) => w.payments.splice(1, 1)],
    ['two payments of one order', paid, /has 2 payments/, (w) => w.payments.push(of(w.payments, paid))],
    ['a payment of nobody', 9n, /nobody placed/, (w) => w.payments.push({ ...w.payments[0]!, orderId: 9n })],
    ['another status stored', refused, /stored status is FAILED/, (w) => (of(w.payments, refused).status = 'FAILED')],
    ['another amount stored', free, /stored amount is 1, not 0/, (w) => (of(w.payments, free).amount = 1n)],
    ['an attempt left open', paid, /unresolved/, (w) => (of(w.payments, paid).unresolvedAttempts = 1n)],
    ['an answer that is wrong', paid, /HTTP answer is declined/, (w) => (of(w.answers, paid).word = 'declined')],
    ['an answer of the wrong status', refused, /HTTP status is 500/, (w) => (of(w.answers, refused).status = 500)],
    ['no answer', free, /HTTP status is undefined/, (w) => w.answers.pop()],
    [
      'answers that contradict each other',
      paid,
      /the same confirm was answered APPROVED, then declined/,
      (w) => (of(w.answers, paid).contradictions = ['APPROVED, then declined']),
    ],
    ['a row that is PENDING', null, /outbox row 1 is still PENDING/, ({ outbox }) => (outbox[0]!.status = 'PENDING')],
    ['an unreadable record', null, /t\[0\]@7 cannot be read/, ({ unreadable }) => unreadable.push('t[0]@7')],
    [
      'an event without a row',
      paid,
      /event event-1 has no outbox row/,
      (w) => (eventOf(w, 'payment.created', paid).outboxId = 999n),
    ],
    [
      'an event of foreign origin',
      paid,
      /has no outbox row/,
      (w) => (eventOf(w, 'payment.created', paid).outboxId = null),
    ],
    ['a gap in the sequence', paid, /sequence 1,3/, (w) => (dataOf(w, 'payment.completed', paid)['sequence'] = 3)],
    [
      'a second completed event',
      paid,
      /created,payment.completed,payment.completed, not/,
      (w) => addEvent(w, 'payment.completed', paid, 3),
    ],
    [
      'an event for what nobody paid',
      refused,
      /the events is payment.created,payment.completed/,
      (w) => addEvent(w, 'payment.completed', refused, 2),
    ],
    [
      'another amount announced',
      paid,
      /paid amount in the event is 1,/,
      (w) => (dataOf(w, 'payment.completed', paid)['paidAmount'] = 1n),
    ],
    [
      'another transaction announced',
      paid,
      /transaction in the event/,
      (w) => (dataOf(w, 'payment.completed', paid)['pgTransactionId'] = 'x'),
    ],
    [
      'another payment announced',
      declined,
      /payment id of payment.failed/,
      (w) => (dataOf(w, 'payment.failed', declined)['paymentId'] = 'x'),
    ],
    [
      'a correlation that was lost',
      declined,
      /correlation id of payment.created/,
      (w) => (dataOf(w, 'payment.created', declined)['correlationId'] = '2'),
    ],
  ])('finds %s', (_what, orderId, what, spoil) => {
    expect(found(spoil)).toContainEqual([orderId, expect.stringMatching(what)]);
  });

  it('finds a lost event twice: the order misses it, and its row was never published', () => {
    const lost = found((world) => world.events.splice(1, 1));
    expect(lost).toEqual([
      [paid, expect.stringMatching(/the events is payment.created, not payment.created,payment.completed/)],
      [null, 'outbox row 2 was never published'],
    ]);
  });
});
