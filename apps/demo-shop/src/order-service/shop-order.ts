import { type OrderPlacedEvent, type PaymentEvent } from '@koosco/payment-contracts';

export type OrderStatus = 'PLACED' | 'PAYABLE' | 'PAID' | 'PARTLY_REFUNDED' | 'FAILED' | 'CANCELLED';

/** An order as the shop knows it: what it said itself, and what it heard of the payment. */
export interface ShopOrder {
  readonly orderId: bigint;
  /** Null while only the payment was heard of: topics have no order among each other. */
  readonly placed: OrderPlacedEvent | null;
  readonly isCancelled: boolean;
  readonly paymentId: string | null;
  readonly paidKrw: bigint;
  readonly refundedKrw: bigint;
  readonly isFailed: boolean;
  readonly isOver: boolean;
  /** Each once, in the order in which they were heard. */
  readonly heard: readonly HeardEvent[];
  /** What its buyer was told last. */
  readonly told: ToldBuyer | null;
}

export interface HeardEvent {
  readonly type: string;
  /** Null for what the shop said itself. */
  readonly sequence: number | null;
  /** When it reached the shop, in epoch milliseconds: for what was said before the shop was started, its start. */
  readonly heardAtMs: number;
}

export interface ToldBuyer {
  /** The status, or the code or outcome of an error. */
  readonly word: string;
  readonly paidKrw: bigint;
  readonly refundedKrw: bigint;
  readonly at: Date;
}

export const unknownOrder = (orderId: bigint): ShopOrder => ({
  ...{ orderId, placed: null, isCancelled: false, paymentId: null, paidKrw: 0n, refundedKrw: 0n },
  ...{ isFailed: false, isOver: false, heard: [], told: null },
});

/** Only ever adds to what is known, so that the events of a payment may come in any order. */
export function afterPaymentEvent(order: ShopOrder, { type, data }: PaymentEvent, heardAtMs: number): ShopOrder {
  const heard = [...order.heard, { type, sequence: data.sequence, heardAtMs }];
  const known = { ...order, paymentId: data.paymentId, heard };
  switch (type) {
    case 'payment.created':
      return known;
    case 'payment.completed':
      return { ...known, paidKrw: data.paidAmount };
    case 'payment.failed':
      return { ...known, isFailed: true };
    case 'payment.canceled': {
      const isNews = data.totalCanceledAmount > order.refundedKrw;
      const refundedKrw = isNews ? data.totalCanceledAmount : order.refundedKrw;
      return { ...known, refundedKrw, isOver: order.isOver || data.isFullyCanceled };
    }
  }
}

/** In epoch milliseconds; 0 where nobody said. */
export function placedAtMs({ placed }: ShopOrder): number {
  return placed?.time === undefined ? 0 : Date.parse(placed.time);
}

export function statusOf(order: ShopOrder): OrderStatus {
  if (order.isOver) return 'CANCELLED';
  if (order.isFailed) return 'FAILED';
  if (order.refundedKrw > 0n) return 'PARTLY_REFUNDED';
  if (order.paidKrw > 0n || order.heard.some(({ type }) => type === 'payment.completed')) return 'PAID';
  return order.paymentId === null ? 'PLACED' : 'PAYABLE';
}
