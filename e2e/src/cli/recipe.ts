import { join } from 'node:path';
import { pgOrderIdOf } from '../demo/pg-order-id';

/** Where npm finds this project: e2e/dist/cli, and e2e/src/cli in tests, both lie three folders below. */
const ROOT = join(__dirname, '..', '..', '..');

/**
 * Commands that place an order and pay it, to be pasted into a shell in any folder: sh, bash, zsh or fish. They have no
 * comments (an interactive zsh takes none) and nothing that one of these shells reads differently.
 */
export function recipe(step: {
  apiUrl: string;
  sandboxUrl: string;
  token: string;
  orderId: bigint;
  amount: bigint;
  userId: bigint;
}): string {
  const { apiUrl, sandboxUrl, token, orderId, amount, userId } = step;
  return `export TOKEN=${token}
npm --prefix '${ROOT}' run --silent order -- --id ${orderId} --amount ${amount} --user ${userId}
curl -s -w '\\n' ${apiUrl}/api/payments/orders/${orderId}/checkout -H "Authorization: Bearer $TOKEN"
export PAYMENT_KEY=$(curl -s ${sandboxUrl}/__sim/authentications -H 'Content-Type: application/json' \\
  -d '{"clientKey":"test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm","orderId":"${pgOrderIdOf(orderId)}","orderName":"주문 ${orderId}","amount":${amount}}' \\
  | sed 's/.*"paymentKey":"\\([^"]*\\)".*/\\1/')
curl -s -w '\\n' ${apiUrl}/api/payments/confirm -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d "{\\"paymentKey\\":\\"$PAYMENT_KEY\\",\\"orderId\\":${orderId},\\"amount\\":${amount}}"`;
}
