import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderId } from './order-id';
import { PaymentId } from './payment/payment-id';
import { PaymentIdempotency } from './payment/payment-idempotency';
import { PgOrderId } from './pg-order-id';
import { UserId } from './user-id';

const invalidIdentifier = expect.objectContaining({ code: 'INVALID_IDENTIFIER' });

describe('OrderId and UserId', () => {
  it.each([0n, -1n, OrderId.max + 1n])('refuse %s', (value) => {
    expect(() => OrderId.of(value)).toThrow(invalidIdentifier);
    expect(() => UserId.of(value)).toThrow(invalidIdentifier);
  });
});

describe('PgOrderId', () => {
  it('keeps every order id, in a form that Toss accepts', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: OrderId.max }), (value) => {
        const text = PgOrderId.of(OrderId.of(value));
        expect(text).toMatch(/^[A-Za-z0-9_-]{6,64}$/);
        expect(PgOrderId.toOrderId(text)).toBe(value);
      }),
    );
  });

  it.each([
    '',
    'ord-12345',
    'ord-00000000000000123456',
    'order-0000000000000012345',
    'ord-0000000000000012345 ',
    'ord-0000000000000000000',
    'ord-9999999999999999999',
  ])('refuses %j, which it cannot have made', (text) => {
    expect(() => PgOrderId.toOrderId(text)).toThrow(invalidIdentifier);
  });
});

describe('PaymentId', () => {
  it('is a lower-case UUID, so that one payment has one spelling', () => {
    const id = '0191f1a0-7c00-7000-8000-0123456789ab';
    expect(PaymentId.of(id)).toBe(id);
    expect(PaymentId.is(id.toUpperCase())).toBe(false);
    expect(() => PaymentId.of(`${id}\n`)).toThrow(invalidIdentifier);
  });
});

describe('PaymentIdempotency', () => {
  const order = OrderId.of(1n);

  it('needs a key', () => {
    expect(() => PaymentIdempotency.of(order, 'CREATE', '')).toThrow(invalidIdentifier);
  });

  it('refuses a key that the column would cut', () => {
    expect(PaymentIdempotency.of(order, 'CREATE', 'k'.repeat(255)).key).toHaveLength(255);
    expect(() => PaymentIdempotency.of(order, 'CREATE', 'k'.repeat(256))).toThrow(invalidIdentifier);
    expect(() => PaymentIdempotency.of(order, 'CREATE', 'k'.repeat(1_000))).toThrow(invalidIdentifier);
  });

  it('counts characters as the column does, not their UTF-16 units', () => {
    const emoji = '\u{1F4B3}';
    expect(PaymentIdempotency.of(order, 'CREATE', emoji.repeat(255)).key).toBe(emoji.repeat(255));
    expect(() => PaymentIdempotency.of(order, 'CREATE', emoji.repeat(256))).toThrow(invalidIdentifier);
    expect(() => PaymentIdempotency.of(order, 'CREATE', `${emoji.repeat(100)}${'k'.repeat(156)}`)).toThrow(
      invalidIdentifier,
    );
  });
});
