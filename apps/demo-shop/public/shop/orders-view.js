import { h } from '../page/elements.js';
import { ask } from '../page/server.js';
import { clockTime, t, won } from '../page/settings.js';
import { cancelPayment } from './payment.js';
import { session, told } from './session.js';

const LOOK_INTERVAL_MS = 500;

/** The buyer's orders as the shop has them, which is what it heard on Kafka. */
export function ordersView({ follow, signal }) {
  const list = h('ul', { class: 'orders' });
  const empty = h('p', { hidden: true }, t('orders.none'));
  const news = h('p', { role: 'status' });
  const cards = new Map();
  void look();
  return { title: t('orders'), content: [news, empty, list] };

  async function look() {
    while (!signal.aborted) {
      const orders = await ask('/orders').catch(() => null);
      if (orders !== null) show(orders);
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    }
  }

  /** A card is drawn anew only when its order has changed, so that nobody loses a field while typing into it. */
  function show(orders) {
    empty.hidden = orders.length > 0;
    for (const order of [...orders].reverse()) {
      const known = cards.get(order.orderId);
      const text = JSON.stringify(order);
      if (known?.text === text) continue;
      const card = orderCard(order, { follow, giveBack, cancelOrder });
      if (known === undefined) list.prepend(card);
      else known.card.replaceWith(card);
      cards.set(order.orderId, { text, card });
    }
  }

  async function giveBack({ orderId, paymentId }, cancelAmount) {
    const { apiUrl, token } = session;
    const idempotencyKey = crypto.randomUUID();
    news.textContent = t('orders.asking');
    try {
      const cancelReason = t('orders.reason');
      const { status } = await cancelPayment({ apiUrl, token, paymentId, cancelReason, cancelAmount, idempotencyKey });
      news.textContent = t(`told.${status}`);
      await told(orderId, status);
    } catch (error) {
      news.textContent = error.message;
      await told(orderId, error.details?.outcome ?? error.code);
    }
  }

  async function cancelOrder({ orderId }) {
    news.textContent = t('orders.cancelling');
    await ask(`/orders/${orderId}/cancel`, {});
  }
}

function orderCard(order, { follow, giveBack, cancelOrder }) {
  const { orderId, status, isCancelled, items, amountKrw, paidKrw, refundedKrw, placedAtMs } = order;
  const left = paidKrw - refundedKrw;
  const isOver = ['FAILED', 'CANCELLED'].includes(status) || isCancelled;
  const field = h('input', {
    type: 'number',
    min: 1,
    max: left,
    value: Math.ceil(left / 2),
    name: 'amount',
    id: `part-${orderId}`,
  });
  const title = `order-${orderId}`;
  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void giveBack(order, Number(field.value));
      },
    },
    h('label', { for: `part-${orderId}` }, t('orders.part')),
    field,
    h('button', {}, t('orders.give-back')),
    h('button', { type: 'button', onclick: () => giveBack(order, left) }, t('orders.give-all-back')),
  );
  return h(
    'li',
    { class: 'card order', 'data-order': orderId, 'data-status': status },
    h('h2', { id: title }, t('order', { orderId })),
    h('p', {}, h('strong', { class: 'status' }, t(`status.${status}`)), ` · ${clockTime(placedAtMs)}`),
    h('p', {}, items.map(({ skuId, quantity }) => `${t(`product.${skuId}`)} × ${quantity}`).join(', ')),
    h('p', {}, moneyOf({ amountKrw, paidKrw, refundedKrw })),
    left > 0 && !isOver && form,
    h(
      'p',
      { class: 'actions' },
      status === 'PAYABLE' && !isOver && h('a', { class: 'button', href: `/pay/${orderId}` }, t('pay')),
      !isOver &&
        h(
          'button',
          { type: 'button', onclick: () => cancelOrder(order), 'aria-describedby': title },
          t('orders.cancel'),
        ),
      h(
        'button',
        { type: 'button', onclick: () => follow(orderId), 'aria-describedby': title },
        t('orders.look-behind'),
      ),
    ),
  );
}

function moneyOf({ amountKrw, paidKrw, refundedKrw }) {
  const parts = [t('orders.over', { amount: won(amountKrw ?? 0) })];
  if (paidKrw > 0) parts.push(t('orders.paid', { amount: won(paidKrw) }));
  if (refundedKrw > 0) parts.push(t('orders.refunded', { amount: won(refundedKrw) }));
  return parts.join(' · ');
}
