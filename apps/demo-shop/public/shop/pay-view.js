import { h } from '../page/elements.js';
import { ask } from '../page/server.js';
import { t, won } from '../page/settings.js';
import { openPaymentWindow } from './payment.js';
import { session, told, tossPayments } from './session.js';

const LOOK_AGAIN_MS = 300;

/** The payment window in the shop's own page, as Toss's samples have it. */
export function payView({ orderId, follow, signal }) {
  follow(orderId);
  const amount = h('p', { class: 'amount' });
  const state = h('p', { role: 'status' }, t('pay.waiting'));
  const pay = h('button', { type: 'button', class: 'main', id: 'pay', disabled: true }, t('pay'));
  const methods = h('div', { id: 'payment-methods', role: 'group', 'aria-label': t('pay.methods') });
  const agreement = h('div', { id: 'agreement', role: 'group', 'aria-label': t('pay.agreement') });
  void open();
  return {
    title: t('pay.title'),
    content: [h('section', { class: 'card' }, amount, methods, agreement, pay, state)],
  };

  async function open() {
    const order = await ask(`/orders/${orderId}`);
    amount.textContent = won(order.amountKrw);
    const window = await openedWindow();
    if (window === null) return;
    state.textContent = '';
    pay.disabled = false;
    pay.addEventListener('click', async () => {
      pay.disabled = true;
      await window().catch(({ message }) => (state.textContent = message));
      pay.disabled = false;
    });
  }

  /** An order is on its way to the payment service for some milliseconds: until then there is nothing to pay. */
  async function openedWindow() {
    const { apiUrl, token } = session;
    const [successUrl, failUrl] = ['paid', 'failed'].map((page) => `${location.origin}/${page}?order=${orderId}`);
    while (!signal.aborted) {
      try {
        return await openPaymentWindow({
          ...{ apiUrl, token, orderId, successUrl, failUrl },
          TossPayments: await tossPayments(),
        });
      } catch (error) {
        const isFinal = error.code !== undefined && error.code !== 'PAYMENT-404-001' && error.code !== 'COMMON-503';
        if (isFinal) {
          state.textContent = error.message;
          await told(orderId, error.code);
          return null;
        }
        state.textContent = t('pay.waiting');
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    }
    return null;
  }
}
