import { placedAtMs, type ShopOrder, statusOf } from '../../order-service/shop-order';

/** An order as the page gets it: ids are texts, because no number of a browser holds all of them. */
export function shownOrder(order: ShopOrder) {
  const { orderId, placed, paymentId, paidKrw, refundedKrw, isCancelled } = order;
  return {
    orderId: String(orderId),
    status: statusOf(order),
    isCancelled,
    paymentId,
    items: placed?.data.items.map(({ skuId, quantity }) => ({ skuId: String(skuId), quantity })) ?? [],
    amountKrw: placed === null ? null : Number(placed.data.payableAmount),
    paidKrw: Number(paidKrw),
    refundedKrw: Number(refundedKrw),
    placedAtMs: placedAtMs(order),
  };
}
