import { type AuditFinding } from './audit-use-case';
import { distance, type Gap } from './differences-within';

/**
 * How much money is unexplained. One cause is often named twice, since a sum that was changed differs from each of its
 * neighbours: each won of an order counts once, and what two findings say of different won adds up.
 */
export function unexplainedKrw(findings: readonly AuditFinding[]): bigint {
  const gaps = new Map<string, Gap[]>();
  let krw = 0n;
  for (const { kind, orderId, krw: single, gap } of findings) {
    if (kind !== 'unexplained') continue;
    if (gap === null) krw += single;
    else {
      const sum = `${orderId} ${gap.of}`;
      gaps.set(sum, [...(gaps.get(sum) ?? []), gap]);
    }
  }
  return [...gaps.values()].reduce((total, ofSum) => total + spreadOf(ofSum), krw);
}

/**
 * What the records say of one sum, as places on a line: from the least to the most that any of them says, every won is in
 * question. Movements that cancel each other out there, one too many and one too few, are in question besides.
 */
function spreadOf(gaps: readonly Gap[]): bigint {
  const [gateway, payment, history, events] = (
    ['transactions-gateway', 'transactions-payment', 'payment-history', 'history-events'] as const
  ).map((between) => {
    const by = gaps.filter((gap) => gap.between === between).map((gap) => gap.by);
    const net = by.reduce((sum, one) => sum + one, 0n);
    const gross = by.reduce((sum, one) => sum + distance(one, 0n), 0n);
    return { net, besides: gross - distance(net, 0n) };
  }) as [Edge, Edge, Edge, Edge];
  const places = [0n, gateway.net, payment.net, payment.net + history.net, payment.net + history.net + events.net];
  const least = places.reduce((a, b) => (a < b ? a : b));
  const most = places.reduce((a, b) => (a > b ? a : b));
  return most - least + gateway.besides + payment.besides + history.besides + events.besides;
}

interface Edge {
  readonly net: bigint;
  readonly besides: bigint;
}
