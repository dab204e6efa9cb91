import { type RouteName } from '../faults/call';

/** A request to the stood-in API, by its path. `id` is the paymentKey or orderId in it. */
export interface TossRoute {
  readonly name: RouteName;
  readonly id: string;
}

/** Undefined when the API has no such endpoint. */
export function tossRoute(method: string, path: string): TossRoute | undefined {
  if (method === 'POST') {
    if (path === '/v1/payments/confirm') return { name: 'confirm', id: '' };
    const cancelled = /^\/v1\/payments\/([^/]+)\/cancel$/.exec(path)?.[1];
    return cancelled === undefined ? undefined : { name: 'cancel', id: decoded(cancelled) };
  }
  if (method !== 'GET') return undefined;
  if (path === '/v1/transactions') return { name: 'transactions', id: '' };
  const ofOrder = /^\/v1\/payments\/orders\/([^/]+)$/.exec(path)?.[1];
  if (ofOrder !== undefined) return { name: 'get-payment-by-order', id: decoded(ofOrder) };
  const payment = /^\/v1\/payments\/([^/]+)$/.exec(path)?.[1];
  return payment === undefined ? undefined : { name: 'get-payment', id: decoded(payment) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
