import { ask } from '../page/server.js';

/** Addresses, products and the buyer's token; a buyer who had to log in would have it from there. */
export const session = await ask('/session');

/** A payment as confirm-api shows it to its buyer; null while there is none. */
export async function readPayment(orderId) {
  const { apiUrl, token } = session;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${apiUrl}/api/payments/orders/${orderId}`, { headers });
  return response.ok ? (await response.json()).data : null;
}

/** Remembers, for the first of the four columns, what this buyer was told: a word, and the money of the payment as shown. */
export async function told(orderId, word) {
  const payment = await readPayment(orderId).catch(() => null);
  if (payment === null) return;
  const wasPaid = payment.approvedAt !== null;
  await ask(`/orders/${orderId}/told`, {
    word: word ?? payment.status,
    paidKrw: wasPaid ? payment.amount : 0,
    refundedKrw: wasPaid ? payment.canceledAmount : 0,
  }).catch(() => undefined);
}

/** Toss's script, as its samples load it. */
export async function tossPayments() {
  if (window.TossPayments !== undefined) return window.TossPayments;
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${session.sandboxUrl}/v2/standard`;
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error('Toss does not answer'));
    });
    document.head.append(script);
  });
  return window.TossPayments;
}
