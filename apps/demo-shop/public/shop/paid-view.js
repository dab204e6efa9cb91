import { h } from '../page/elements.js';
import { t, won } from '../page/settings.js';
import { confirmPayment } from './payment.js';
import { session, told } from './session.js';

/** Where Toss sends the buyer back to. Nothing is charged before the confirm, and the page may be loaded again. */
export function paidView({ query, follow }) {
  const orderId = query.get('order');
  follow(orderId);
  const result = h('p', { class: 'result', id: 'result', role: 'status' }, t('paid.confirming'));
  const detail = h('p', {});
  void confirm();
  return {
    title: t('paid.title'),
    content: [h('section', { class: 'card' }, result, detail, h('p', {}, h('a', { href: '/orders' }, t('orders'))))],
  };

  async function confirm() {
    const { apiUrl, token } = session;
    const [paymentKey, amount] = [query.get('paymentKey'), Number(query.get('amount'))];
    try {
      const { status, paidAmount, virtualAccount } = await confirmPayment({
        apiUrl,
        token,
        paymentKey,
        orderId,
        amount,
      });
      result.dataset.status = status;
      result.textContent = t(`told.${status}`);
      detail.textContent = virtualAccount
        ? `${virtualAccount.bank} ${virtualAccount.accountNumber}`
        : t('paid.amount', { amount: won(paidAmount) });
      await told(orderId, status);
    } catch (error) {
      const word = error.details?.outcome ?? error.code;
      result.dataset.status = word;
      result.textContent = error.message;
      detail.textContent = error.details?.pgMessage ?? '';
      await told(orderId, word);
    }
  }
}
