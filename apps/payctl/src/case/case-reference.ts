import { type CaseReference } from '@koosco/payment-db/operators';
import { maskPaymentKey } from '@koosco/payment-telemetry/masks';
import { type Config } from '../config';

const ORDER_ID = /^[1-9][0-9]{0,18}$/;
const ORDER_ID_MAX = 2n ** 63n - 1n;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What an order id or a uuid of ours names: of a uuid, everything that it could be. Empty for anything else. */
export function caseReferencesOf(given: string): readonly CaseReference[] {
  if (ORDER_ID.test(given) && BigInt(given) <= ORDER_ID_MAX) return [{ kind: 'order', orderId: BigInt(given) }];
  if (!UUID.test(given)) return [];
  const id = given.toLowerCase();
  return [
    { kind: 'payment', paymentId: id },
    { kind: 'attempt', attemptId: id },
  ];
}

/** What was typed may be a payment key, and what is printed may be kept. */
export function shownReference(given: string): string {
  return ORDER_ID.test(given) || UUID.test(given) ? given : maskPaymentKey(given);
}

/** For whoever reads that the database could not be read. */
export function whereItWasLookedFor({ DB_HOST, DB_PORT, DB_NAME, DB_USERNAME }: Config): string {
  return `It was looked for as ${DB_USERNAME} at ${DB_HOST}:${DB_PORT}, database ${DB_NAME}; the account needs SELECT on the payment tables.`;
}
