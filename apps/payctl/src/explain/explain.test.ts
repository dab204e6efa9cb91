import { describe, expect, it } from '@jest/globals';
import { topics } from '@koosco/payment-contracts';
import { type CaseFile } from '@koosco/payment-db/operators';
import { explain } from './explain';
import { type TopicsReading } from './topics-reading';
import { type TossReading } from './toss-reading';

const at = new Date('2026-01-15T09:00:00.000Z');
const TOPIC = topics['payment.completed'];
const now = new Date(at.getTime() + 300_000);
const paymentKey = 'tgen_20260115090000AbCd4';

/** Paid, and a part of it given back. */
const file: CaseFile = {
  orderId: 1n,
  payment: {
    ...{ paymentId: 'p', orderId: 1n, userId: 7n, pgOrderId: 'ord-1', amount: 10_000n, canceledAmount: 3_000n },
    ...{ status: 'PARTIALLY_CANCELED', paymentKey, sequence: 2, createdAt: at, orderCancelledAt: null },
  },
  cancellation: null,
  attempts: [
    {
      ...{ attemptId: 'a', paymentKey, gatewayIdempotencyKey: 'a', amount: 10_000n, status: 'SUCCEEDED', pgCode: null },
      ...{ asks: 0, dueAt: null, fence: 0, leasedUntil: null, isLeased: false, mayArriveUntil: at, correlationId: 'c' },
      ...{ createdAt: at, updatedAt: at },
    },
  ],
  transactions: [
    { type: 'APPROVAL', status: 'SUCCESS', amount: 10_000n, pgTransactionId: 't', occurredAt: at },
    { type: 'CANCEL', status: 'SUCCESS', amount: 3_000n, pgTransactionId: 'u', occurredAt: at },
  ],
  refunds: [
    {
      ...{ refundId: 'r', paymentKey, origin: 'REQUEST', attemptId: null, amount: 3_000n, status: 'SUCCEEDED' },
      ...{ pgCode: null, dueAt: null, createdAt: at, updatedAt: at },
    },
  ],
  unappliedCharges: [],
  history: [change(1, null, 'APPROVED', 0n), change(2, 'APPROVED', 'PARTIALLY_CANCELED', 3_000n)],
  events: [event(1n, 'payment.completed'), event(2n, 'payment.canceled')],
  webhooks: [{ kind: 'PAYMENT_STATUS_CHANGED', status: 'DONE', times: 1, receivedAt: at, followedAt: at }],
  actions: [],
};

const reading = tossSays(paymentKey, 'PARTIAL_CANCELED', 7_000);

function change(sequence: number, fromStatus: string | null, toStatus: string, canceledAmount: bigint) {
  return { sequence, fromStatus, toStatus, canceledAmount, actor: 'confirm-api', pgCode: null, occurredAt: at };
}

function event(id: bigint, eventType: string, status = 'PUBLISHED') {
  return {
    id,
    eventType,
    topic: TOPIC,
    partitionKey: 'p',
    status,
    createdAt: at,
    publishedAt: status === 'PUBLISHED' ? at : null,
  };
}

function tossSays(key: string, status: string, balanceAmount: number): TossReading {
  const payment = {
    ...{
      paymentKey: key,
      orderId: 'ord-1',
      status,
      currency: 'KRW',
      totalAmount: 10_000,
      balanceAmount,
      method: '카드',
    },
    ...{
      requestedAt: at,
      approvedAt: at,
      lastTransactionKey: 't',
      receiptUrl: null,
      virtualAccount: null,
      failure: null,
    },
    cancels: [],
  };
  return { paymentKey: key, kind: 'payment', payment };
}

const payment = file.payment!;
const otherKey = 'tgen_20260115090100WxYz9';

describe('what payctl finds', () => {
  it('is nothing where all records agree', () => {
    const { findings, verdict } = explain(file, [reading], now);
    expect(findings).toEqual([]);
    expect(verdict).toBe('charged 10,000 KRW once, 3,000 KRW refunded, all 2 events delivered: nothing to do');
  });

  it.each<[string, CaseFile, readonly TossReading[]]>([
    ['an amount changed in the row', { ...file, payment: { ...payment, amount: 9_000n } }, [reading]],
    ['a status changed in the row', { ...file, payment: { ...payment, status: 'APPROVED' } }, [reading]],
    ['an approval deleted', { ...file, transactions: file.transactions.slice(1) }, [reading]],
    ['a cancel deleted', { ...file, transactions: file.transactions.slice(0, 1) }, [reading]],
    ['a line of the history deleted', { ...file, history: file.history.slice(0, 1) }, [reading]],
    ['an event deleted', { ...file, events: file.events.slice(1) }, [reading]],
    [
      'an event that nobody saw for minutes',
      { ...file, events: [event(1n, 'payment.completed', 'PENDING'), event(2n, 'payment.canceled')] },
      [reading],
    ],
    ['a refund that Toss does not have', file, [tossSays(paymentKey, 'DONE', 10_000)]],
    ['a refund that only Toss has', file, [tossSays(paymentKey, 'CANCELED', 0)]],
    ['a payment that Toss does not know', file, [{ paymentKey, kind: 'nothing' }]],
    ['a second charge that nobody knows of', file, [reading, tossSays(otherKey, 'DONE', 10_000)]],
    [
      'a payment key of somebody else',
      { ...file, payment: { ...payment, paymentKey: otherKey } },
      [reading, tossSays(otherKey, 'DONE', 5_000)],
    ],
    ['a webhook about an order without a payment', { ...file, payment: null, history: [], events: [] }, []],
  ])('is %s', (_what, tampered, readings) => {
    const { findings, verdict } = explain(tampered, readings, now);
    expect(findings.map(({ kind }) => kind)).toContain('contradiction');
    expect(verdict).toMatch(/not fit, look at them$/);
  });

  it('waits for what is under way, and does not take it for a contradiction', () => {
    const refunds = [...file.refunds, { ...file.refunds[0]!, refundId: 's', status: 'UNKNOWN', dueAt: now }];
    const { findings, verdict } = explain({ ...file, refunds }, [tossSays(paymentKey, 'CANCELED', 0)], now);
    expect(findings).toMatchObject([{ kind: 'open' }]);
    expect(verdict).toMatch(/it is under way, wait for it$/);
  });

  it('says nothing certain where Toss does not tell, and shows no payment key', () => {
    const explanation = explain(file, [{ paymentKey, kind: 'unread', why: 'no-response (ETIMEDOUT)' }], now);
    expect(explanation.findings).toMatchObject([{ kind: 'unread' }]);
    expect(explanation.verdict).toMatch(/ask again before you rely on it$/);
    expect(JSON.stringify(explanation)).not.toContain(paymentKey);
  });
});

describe('what payctl finds on the topics', () => {
  const window = { topic: TOPIC, key: 'p', partition: 2, from: new Date(at.getTime() - 60_000), to: now, isCut: false };
  const placed = { ...window, topic: topics['order.placed'], key: '1', partition: 0 };
  const record = { topic: TOPIC, partition: 2, offset: '7', at, outboxId: 1n, eventId: null };
  const ordered = { ...record, topic: placed.topic, partition: 0, offset: '3', outboxId: null, eventId: 'e' };
  const read = {
    kind: 'read',
    windows: [placed, window],
    records: [ordered, record, { ...record, offset: '8', outboxId: 2n }],
  } as const;
  const found = (onTopics: TopicsReading, of = file) => explain(of, [reading], now, onTopics).findings;

  it('is nothing where each row has its record, and shows where that is', () => {
    const { timeline, findings } = explain(file, [reading], now, read);
    expect(findings).toEqual([]);
    expect(timeline.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'event e on koosco.commerce.order.placed[0]@3',
        `payment.completed (outbox 1) is PUBLISHED, on ${TOPIC}[2]@7`,
        `payment.canceled (outbox 2) is PUBLISHED, on ${TOPIC}[2]@8`,
      ]),
    );
  });

  it('is nothing of a record that was sent twice', () => {
    expect(found({ ...read, records: [...read.records, { ...record, offset: '9' }] })).toEqual([]);
  });

  const pending = { ...file, events: [event(1n, 'payment.completed', 'PENDING'), file.events[1]!] };
  it.each<[string, TopicsReading, CaseFile, kind: string, text: RegExp]>([
    [
      'a row marked PUBLISHED without a record',
      { ...read, records: read.records.slice(0, 2) },
      file,
      'contradiction',
      /^payment.canceled \(outbox 2\) is marked PUBLISHED, and is not on /,
    ],
    [
      'a row whose time the topic no longer keeps',
      { ...read, records: read.records.slice(0, 2), windows: [placed, { ...window, isCut: true }] },
      file,
      'unread',
      /^payment.canceled \(outbox 2\) may have been on .*, which no longer keeps that time$/,
    ],
    ['a record of a row that is PENDING', read, pending, 'contradiction', /is on .*\[2\]@7, and marked PENDING/],
    [
      'a record of a moment ago whose row is PENDING yet',
      { ...read, records: [ordered, { ...record, at: now }, read.records[2]] },
      pending,
      'open',
      /is on .*\[2\]@7, and marked PENDING/,
    ],
    [
      'a record without a row',
      { ...read, records: [...read.records, { ...record, offset: '9', outboxId: 5n }] },
      file,
      'contradiction',
      /^a record on .*\[2\]@9 says to be outbox 5, and is none of this payment's events$/,
    ],
    [
      'a record that names no row',
      { ...read, records: [...read.records, { ...record, offset: '9', outboxId: null }] },
      file,
      'contradiction',
      /^a record on .*\[2\]@9 names no row of the outbox/,
    ],
    [
      'an order that was consumed without a record',
      { ...read, records: read.records.slice(1) },
      file,
      'unread',
      /^no record with the key 1 on koosco.commerce.order.placed\[0\] from /,
    ],
    [
      'Kafka that does not answer',
      { kind: 'unread', why: 'ECONNREFUSED' },
      file,
      'unread',
      /^Kafka did not tell: ECONNREFUSED$/,
    ],
  ])('is %s', (_what, topicsReading, of, kind, text) => {
    expect(found(topicsReading, of)).toContainEqual({ kind, text: expect.stringMatching(text) });
  });
});
