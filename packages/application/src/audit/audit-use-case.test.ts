import { describe, expect, it } from '@jest/globals';
import { OrderId } from '@koosco/payment-domain';
import { type Movement } from '../ports/gateway/gateway-books';
import { type EventRecord, type PaymentRecords } from './audit-records';
import { type AuditFinding, AuditUseCase } from './audit-use-case';
import { unexplainedKrw } from './unexplained-krw';

const from = new Date('2026-01-15T09:00:00Z');
const minute = (count: number) => new Date(from.getTime() + count * 60_000);

/** Paid with 15,000 won at once, 3,000 of which went back 15 minutes later, which is in the second window. */
const records: PaymentRecords = {
  ...{ paymentId: 'p', orderId: 1n, underWay: 0, besides: [] },
  payment: { status: 'PARTIALLY_CANCELED', amount: 15_000n, canceledAmount: 3_000n, paymentKey: 'key', sequence: 2 },
  transactions: [
    { type: 'APPROVAL', status: 'SUCCESS', amount: 15_000n, pgTransactionId: 'charge', occurredAt: minute(1) },
    { type: 'CANCEL', status: 'SUCCESS', amount: 3_000n, pgTransactionId: 'refund', occurredAt: minute(15) },
  ],
  history: [
    { sequence: 1, fromStatus: null, toStatus: 'APPROVED', canceledAmount: 0n, occurredAt: minute(1) },
    {
      sequence: 2,
      fromStatus: 'APPROVED',
      toStatus: 'PARTIALLY_CANCELED',
      canceledAmount: 3_000n,
      occurredAt: minute(15),
    },
  ],
};
const [approval, cancel] = records.transactions as [Transaction, Transaction];
type Transaction = PaymentRecords['transactions'][number];

const events: readonly EventRecord[] = [
  event(1n, 'payment.completed', 1, null, minute(1)),
  event(2n, 'payment.canceled', 2, 3_000n, minute(15)),
];
const movements: readonly Movement[] = [
  moved('charge', 'charge', 15_000n, minute(1)),
  moved('refund', 'refund', 3_000n, minute(15)),
];

function event(
  id: bigint,
  eventType: string,
  sequence: number,
  canceledAmount: bigint | null,
  createdAt: Date,
): EventRecord {
  return {
    id,
    paymentId: 'p',
    eventType,
    topic: 't',
    isPublished: true,
    createdAt,
    sequence,
    canceledAmount,
    digest: '',
  };
}

function moved(kind: 'charge' | 'refund', pgTransactionId: string, amount: bigint, at: Date): Movement {
  return { kind, status: null, pgTransactionId, amount, at, orderId: OrderId.of(1n), paymentKey: 'key' };
}

interface Tampered {
  readonly payment?: Partial<PaymentRecords['payment']>;
  readonly transactions?: PaymentRecords['transactions'];
  readonly history?: PaymentRecords['history'];
  readonly events?: readonly EventRecord[];
  readonly movements?: readonly Movement[];
}

async function audited({ payment, ...rest }: Tampered): Promise<readonly AuditFinding[]> {
  const told = { events, movements, ...rest };
  const isIn = (at: Date | null, since: Date, until: Date) => at !== null && at >= since && at < until;
  const audit = new AuditUseCase(
    {
      movements: ({ from: since, to: until, after }) =>
        Promise.resolve({
          kind: 'read',
          movements: after === null ? told.movements.filter(({ at }) => isIn(at, since, until)) : [],
        }),
    },
    {
      events: (since, until) => Promise.resolve(told.events.filter(({ createdAt }) => isIn(createdAt, since, until))),
      createdPayments: (since, until) => Promise.resolve(isIn(minute(1), since, until) ? ['p'] : []),
      records: () => Promise.resolve([{ ...records, ...rest, payment: { ...records.payment, ...payment } }]),
    },
  );
  const found: AuditFinding[] = [];
  for await (const { findings } of audit.windows(from, minute(20))) found.push(...findings);
  return found;
}

describe('an audit of two windows', () => {
  it('finds nothing where all records agree', async () => {
    expect(await audited({})).toEqual([]);
  });

  it.each<[string, Tampered, findings: number, krw: bigint]>([
    ['an amount in the payment', { payment: { amount: 16_000n } }, 1, 1_000n],
    [
      'an amount in its transaction, which differs from the payment and from the gateway',
      {
        transactions: [{ ...approval, amount: 14_999n }, cancel],
      },
      2,
      1n,
    ],
    ['an approval that is gone', { transactions: [cancel] }, 2, 15_000n],
    ['what went back, by the payment alone', { payment: { canceledAmount: 5_000n } }, 2, 2_000n],
    [
      'a refund that is gone from the transactions and the payment',
      {
        payment: { canceledAmount: 0n, status: 'APPROVED' },
        transactions: [approval],
      },
      2,
      3_000n,
    ],
    ['what an event says', { events: [events[0]!, { ...events[1]!, canceledAmount: 2_000n }] }, 1, 1_000n],
    [
      'a charge that only the gateway knows, of an order whose payment says less than was charged',
      {
        payment: { amount: 14_000n },
        movements: [...movements, moved('charge', 'untold', 777n, minute(2))],
      },
      2,
      1_777n,
    ],
    [
      'two charges of one sum that only the gateway knows',
      {
        movements: [...movements, moved('charge', 'a', 500n, minute(2)), moved('charge', 'b', 500n, minute(3))],
      },
      2,
      1_000n,
    ],
    [
      'a charge under another name: one too many here, one too many there',
      {
        movements: [moved('charge', 'other', 15_000n, minute(1)), movements[1]!],
      },
      2,
      30_000n,
    ],
    [
      'the charge and what went back, which are different money',
      {
        transactions: [
          { ...approval, amount: 14_000n },
          { ...cancel, amount: 2_000n },
        ],
      },
      4,
      2_000n,
    ],
  ])('counts each won once of %s', async (_what, tampered, count, krw) => {
    const found = await audited(tampered);
    expect({ names: found.length, krw: unexplainedKrw(found) }).toEqual({ names: count, krw });
  });

  it('adds up what is unexplained of different orders', async () => {
    const found = await audited({ payment: { amount: 16_000n } });
    expect(unexplainedKrw([...found, ...found.map((finding) => ({ ...finding, orderId: 2n }))])).toBe(2_000n);
  });
});
