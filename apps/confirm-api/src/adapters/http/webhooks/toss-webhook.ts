import { type Hint } from '@koosco/payment-application';
import { type JsonValue } from '@koosco/payment-contracts/json';
import { type OrderId, PgOrderId, RuleViolation } from '@koosco/payment-domain';
import { createHash } from 'node:crypto';

/** A webhook with the data of a payment in it. */
const WRAPPED_KINDS = ['PAYMENT_STATUS_CHANGED'];

/**
 * What a webhook of Toss hints at: which order, and which state it speaks of. Nothing of it is believed, for it carries no
 * signature (Toss signs payouts alone), and its secret is not kept.
 * @returns null when it is no webhook at all.
 */
export function hintOf(body: JsonValue): Hint | null {
  const webhook = fieldsOf(body);
  if (webhook === null) return null;
  const eventType = textOf(webhook['eventType'], 100);
  // The callback of a virtual account is flat, and has no type.
  const isDeposit = eventType === null && webhook['status'] !== undefined && webhook['orderId'] !== undefined;
  const kind = eventType ?? (isDeposit ? 'DEPOSIT_CALLBACK' : 'UNKNOWN');
  const data = (WRAPPED_KINDS.includes(kind) ? fieldsOf(webhook['data']) : null) ?? webhook;
  const status = textOf(data['status'], 50);
  const transaction = textOf(data['lastTransactionKey'], 200) ?? textOf(data['transactionKey'], 200);
  const orderId = orderIdOf(data['orderId']);
  const identity = JSON.stringify([kind, String(orderId ?? textOf(data['orderId'], 100)), status, transaction]);
  return { hintId: createHash('sha256').update(identity).digest('hex'), kind, orderId, status };
}

function orderIdOf(value: JsonValue | undefined): OrderId | null {
  if (typeof value !== 'string') return null;
  try {
    return PgOrderId.toOrderId(value);
  } catch (error) {
    if (error instanceof RuleViolation) return null;
    throw error;
  }
}

function fieldsOf(value: JsonValue | undefined): { readonly [field: string]: JsonValue } | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return value as { readonly [field: string]: JsonValue };
}

/** Anybody may send anything: what does not fit says nothing. */
function textOf(value: JsonValue | undefined, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= lengthMax ? value.toWellFormed() : null;
}
