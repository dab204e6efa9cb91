import { type CreatePaymentCommand } from '@koosco/payment-application';
import { correlationIdOf, type OrderPlacedEvent, parseOrderEvent } from '@koosco/payment-contracts';
import { Money, OrderId, PaymentIdempotency, RuleViolation, UserId } from '@koosco/payment-domain';
import { type KafkaRecord } from '@koosco/payment-kafka';

export type OrderReading =
  | { readonly kind: 'order'; readonly command: CreatePaymentCommand }
  /** `reason` names fields, and shows none of their text. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Another event than the one this service waits for: topics may gain types. */
  | { readonly kind: 'other' };

/** Never throws: an order that cannot be read today cannot be read tomorrow, and must not stop those behind it. */
export function readOrder(record: KafkaRecord): OrderReading {
  try {
    return read(record);
  } catch (error) {
    // A rule of the domain, or a mistake in the code that reads. There is no outage in here that time could mend.
    const reason = error instanceof RuleViolation ? error.message : `reading it fails with ${nameOf(error)}`;
    return { kind: 'unreadable', reason };
  }
}

/** What a producer sends and a topic takes by default. Read in one go, many times as much would hold up everything else. */
const VALUE_BYTES_MAX = 1_048_576;

function read(record: KafkaRecord): OrderReading {
  if (record.unreadable !== undefined) {
    return { kind: 'unreadable', reason: `this is a whole batch, which cannot be unpacked: ${record.unreadable}` };
  }
  if (record.value !== null && record.value.length > VALUE_BYTES_MAX) {
    return { kind: 'unreadable', reason: `value is larger than ${VALUE_BYTES_MAX} bytes` };
  }
  const parsed = parseOrderEvent(record);
  switch (parsed.kind) {
    case 'unknown-type':
      return { kind: 'other' };
    case 'invalid':
      return { kind: 'unreadable', reason: parsed.reasons.map(({ field, reason }) => `${field} ${reason}`).join('; ') };
    case 'ok':
      return parsed.event.type === 'order.placed' ? orderOf(parsed.event) : { kind: 'other' };
  }
}

/** JSON can say half of a surrogate pair, which the contract lets through and no database stores unchanged. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function orderOf(event: OrderPlacedEvent): OrderReading {
  const command = commandOf(event);
  if (HALF_CHARACTER.test(command.correlationId)) {
    return { kind: 'unreadable', reason: 'data.correlationId must be text, but has half of a surrogate pair' };
  }
  return { kind: 'order', command };
}

/** @throws RuleViolation here, so that one event that can never be stored does not fail the transaction of a whole batch. */
function commandOf(event: OrderPlacedEvent): CreatePaymentCommand {
  const orderId = OrderId.of(event.data.orderId);
  PaymentIdempotency.of(orderId, 'CREATE', event.id);
  return {
    orderId,
    userId: UserId.of(event.data.userId),
    amount: Money.krw(event.data.payableAmount),
    orderName: `주문 ${orderId}`,
    correlationId: correlationIdOf(event),
    causationId: event.id,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
