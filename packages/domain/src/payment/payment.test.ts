import { describe, expect, it } from '@jest/globals';
import { Money } from '../money';
import { OrderId } from '../order-id';
import { Payment, type PaymentStatus } from './payment';
import { PaymentId } from './payment-id';
import { UserId } from '../user-id';

const placedAt = new Date('2026-03-01T00:00:00Z');
const later = new Date('2026-03-01T00:05:00Z');

function readyPayment(amount = 10_000n): Payment {
  return Payment.create({
    paymentId: PaymentId.of('0191f1a0-7c00-7000-8000-0123456789ab'),
    orderId: OrderId.of(12_345n),
    userId: UserId.of(7n),
    amount: Money.krw(amount),
    orderName: 'Order 12345',
    correlationId: '12345',
    now: placedAt,
  });
}

const charge = (amount = 10_000n) => ({
  kind: 'approved' as const,
  paymentKey: 'tgen_key',
  amount: Money.krw(amount),
  pgTransactionId: 'txrd_1',
  approvedAt: later,
  method: '카드',
  receiptUrl: null,
});

const refund = (amount: bigint) => ({ pgTransactionId: 'txrd_2', amount: Money.krw(amount), canceledAt: later });

const paymentIn: Record<PaymentStatus, () => Payment> = {
  READY: () => readyPayment(),
  APPROVED: () => readyPayment().approve(charge(), later),
  FAILED: () => readyPayment().fail(later),
  PARTIALLY_CANCELED: () => readyPayment().approve(charge(), later).cancel(refund(4_000n), later),
  CANCELED: () => readyPayment().approve(charge(), later).cancel(refund(10_000n), later),
};

const transitions = {
  approve: (payment: Payment) => payment.approve(charge(), later),
  approveWithoutCharge: (payment: Payment) => payment.approveWithoutCharge(later),
  fail: (payment: Payment) => payment.fail(later),
  cancelPart: (payment: Payment) => payment.cancel(refund(1_000n), later),
  cancelRest: (payment: Payment) => payment.cancel({ ...refund(1n), amount: payment.remainingAmount }, later),
};

const notAllowed = 'INVALID_PAYMENT_STATUS';
/** Every transition from every state: the next state, or the rule it breaks. */
const machine: Record<PaymentStatus, Record<keyof typeof transitions, string>> = {
  READY: {
    approve: 'APPROVED',
    approveWithoutCharge: 'INVALID_PAYMENT_AMOUNT',
    fail: 'FAILED',
    cancelPart: notAllowed,
    cancelRest: notAllowed,
  },
  APPROVED: {
    approve: notAllowed,
    approveWithoutCharge: notAllowed,
    fail: notAllowed,
    cancelPart: 'PARTIALLY_CANCELED',
    cancelRest: 'CANCELED',
  },
  FAILED: {
    approve: notAllowed,
    approveWithoutCharge: notAllowed,
    fail: notAllowed,
    cancelPart: notAllowed,
    cancelRest: notAllowed,
  },
  PARTIALLY_CANCELED: {
    approve: notAllowed,
    approveWithoutCharge: notAllowed,
    fail: notAllowed,
    cancelPart: 'PARTIALLY_CANCELED',
    cancelRest: 'CANCELED',
  },
  CANCELED: {
    approve: notAllowed,
    approveWithoutCharge: notAllowed,
    fail: notAllowed,
    cancelPart: notAllowed,
    cancelRest: notAllowed,
  },
};

const cases = Object.entries(machine).flatMap(([from, row]) =>
  Object.entries(row).map(([transition, expected]) => ({ from, transition, expected })),
);

describe('Payment', () => {
  it.each(cases)('$from, $transition: $expected', ({ from, transition, expected }) => {
    const payment = paymentIn[from as PaymentStatus]();
    const move = () => transitions[transition as keyof typeof transitions](payment);
    if (expected.startsWith('INVALID')) {
      expect(move).toThrow(expect.objectContaining({ code: expected }));
    } else {
      const next = move();
      expect(next.state.status).toBe(expected);
      expect(next.state.sequence).toBe(payment.state.sequence + 1);
      expect(next.newTransactions).toHaveLength(payment.newTransactions.length + 1);
    }
    expect(payment.state.status).toBe(from);
  });

  describe('when it is created', () => {
    it('is ready, its event is the first, and there is nothing to give back yet', () => {
      const { state } = readyPayment();
      expect(state).toMatchObject({ status: 'READY', pgOrderId: 'ord-0000000000000012345', sequence: 1, version: 1 });
      expect(readyPayment().remainingAmount.krw).toBe(0n);
    });
  });

  describe('when it is approved', () => {
    it.each([9_999n, 10_001n, 0n])('refuses a charge of %s won for 10000', (amount) => {
      expect(() => readyPayment().approve(charge(amount), later)).toThrow(
        expect.objectContaining({ code: 'INVALID_PAYMENT_AMOUNT' }),
      );
    });

    it('remembers how it was paid and records the approval', () => {
      const payment = readyPayment().approve(charge(), later);
      expect(payment.state.approval).toEqual({
        paymentKey: 'tgen_key',
        pgTransactionId: 'txrd_1',
        approvedAt: later,
        method: '카드',
        receiptUrl: null,
      });
      expect(payment.newTransactions).toEqual([
        expect.objectContaining({ type: 'APPROVAL', status: 'SUCCESS', pgTransactionId: 'txrd_1', occurredAt: later }),
      ]);
    });
  });

  describe('over 0 won', () => {
    it('is approved without a gateway', () => {
      const payment = readyPayment(0n).approveWithoutCharge(later);
      expect(payment.state.status).toBe('APPROVED');
      expect(payment.state.approval).toMatchObject({ paymentKey: null, pgTransactionId: null, approvedAt: later });
    });
  });

  describe('when it fails', () => {
    it('records the declined approval over the whole amount', () => {
      expect(readyPayment().fail(later).newTransactions).toEqual([
        expect.objectContaining({ type: 'APPROVAL', status: 'FAILED', pgTransactionId: null }),
      ]);
    });
  });

  describe('when money is given back', () => {
    it('never gives back more than remains', () => {
      const payment = paymentIn.PARTIALLY_CANCELED();
      expect(payment.remainingAmount.krw).toBe(6_000n);
      expect(() => payment.cancel(refund(6_001n), later)).toThrow(
        expect.objectContaining({ code: 'INVALID_PAYMENT_AMOUNT' }),
      );
      expect(payment.cancel(refund(6_000n), later).state.status).toBe('CANCELED');
    });

    it('refuses to give back nothing', () => {
      expect(() => paymentIn.APPROVED().cancel(refund(0n), later)).toThrow(
        expect.objectContaining({ code: 'INVALID_PAYMENT_AMOUNT' }),
      );
    });

    it('records each refund', () => {
      const payment = paymentIn.PARTIALLY_CANCELED().cancel(refund(1_000n), later);
      expect(payment.newTransactions.map(({ type, amount }) => [type, amount.krw])).toEqual([
        ['APPROVAL', 10_000n],
        ['CANCEL', 4_000n],
        ['CANCEL', 1_000n],
      ]);
    });
  });

  describe('when it is restored', () => {
    it('is what was stored, with nothing new to record', () => {
      const stored = paymentIn.PARTIALLY_CANCELED();
      const restored = Payment.restore(stored.state);
      expect(restored.state).toEqual(stored.state);
      expect(restored.newTransactions).toEqual([]);
    });
  });
});
