/** What a front end writes to have an order paid. docs/integration.md explains it, and shows it as it stands here. */

export async function openPaymentWindow({ apiUrl, token, orderId, TossPayments, successUrl, failUrl }) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${apiUrl}/api/payments/orders/${orderId}/checkout`, { headers });
  const { data, error } = await response.json();
  if (!response.ok) throw Object.assign(new Error(error.message), error);
  const widgets = TossPayments(data.clientKey).widgets({ customerKey: data.customerKey });
  await widgets.setAmount({ currency: data.currency, value: data.amount });
  await widgets.renderPaymentMethods({ selector: '#payment-methods', variantKey: 'DEFAULT' });
  await widgets.renderAgreement({ selector: '#agreement', variantKey: 'AGREEMENT' });
  // Call it when the buyer presses the button.
  return () => widgets.requestPayment({ orderId: data.pgOrderId, orderName: data.orderName, successUrl, failUrl });
}

export async function confirmPayment({ apiUrl, token, paymentKey, orderId, amount }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ paymentKey, orderId, amount });
  for (;;) {
    const { isOk, retryAfter, data, error } = await answerOf(
      fetch(`${apiUrl}/api/payments/confirm`, { method: 'POST', headers, body }),
    );
    // 200: paid. 202: a virtual account was issued, and the transfer is to come.
    if (isOk) return data;
    // Nobody knows yet, or somebody else is asking: the same request again, later. All else is final.
    if (!isOpen(error)) throw Object.assign(new Error(error.message), error);
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1_000));
  }
}

async function answerOf(request) {
  try {
    const response = await request;
    const retryAfter = Number(response.headers.get('retry-after') ?? 3);
    return { isOk: response.ok, retryAfter, ...(await response.json()) };
  } catch {
    // No answer, or half of one: whoever should have given it may have charged before. The same request again finds out.
    return { isOk: false, retryAfter: 1, error: { code: 'COMMON-503' } };
  }
}

function isOpen({ code, details }) {
  return code === 'PAYMENT-409-001' || code === 'COMMON-503' || details?.outcome === 'unknown';
}

export async function cancelPayment({ apiUrl, token, paymentId, cancelReason, cancelAmount, idempotencyKey }) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const body = JSON.stringify({ cancelReason, cancelAmount });
  for (;;) {
    const { isOk, retryAfter, data, error } = await answerOf(
      fetch(`${apiUrl}/api/payments/${paymentId}/cancel`, { method: 'POST', headers, body }),
    );
    if (isOk) return data;
    if (!isOpen(error)) throw Object.assign(new Error(error.message), error);
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1_000));
  }
}
