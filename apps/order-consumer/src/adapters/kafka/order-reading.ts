import { correlationIdOf, type OrderEvent, parseOrderEvent } from '@koosco/payment-contracts';
import { RuleViolation } from '@koosco/payment-domain';
import { type KafkaRecord } from '@koosco/payment-kafka';
import { traceParentOf } from '@koosco/payment-telemetry';

export type OrderEventOf<Type extends OrderEvent['type']> = Extract<OrderEvent, { readonly type: Type }>;

export type Reading<Command> =
  | { readonly kind: 'command'; readonly command: Command }
  /** `reason` names fields, and shows none of their text. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Another event than the one this topic is for: topics may gain types. */
  | { readonly kind: 'other' };

/**
 * Never throws: an event that cannot be read today cannot be read tomorrow, and must not stop those behind it.
 * @param commandOf what the event asks for. It throws a RuleViolation for what can never be stored, so that one event
 *   does not fail the transaction of a whole batch.
 */
export function readOrderEvent<Type extends OrderEvent['type'], Command>(
  type: Type,
  record: KafkaRecord,
  commandOf: (event: OrderEventOf<Type>, correlationId: string, traceParent: string | null) => Command,
): Reading<Command> {
  try {
    return read(type, record, commandOf);
  } catch (error) {
    // A rule of the domain, or a mistake in the code that reads. There is no outage in here that time could mend.
    const reason = error instanceof RuleViolation ? error.message : `reading it fails with ${nameOf(error)}`;
    return { kind: 'unreadable', reason };
  }
}

/** What a producer sends and a topic takes by default. Read in one go, many times as much would hold up everything else. */
const VALUE_BYTES_MAX = 1_048_576;

/** JSON can say half of a surrogate pair, which the contract lets through and no database stores unchanged. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function read<Type extends OrderEvent['type'], Command>(
  type: Type,
  record: KafkaRecord,
  commandOf: (event: OrderEventOf<Type>, correlationId: string, traceParent: string | null) => Command,
): Reading<Command> {
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
    case 'ok': {
      if (parsed.event.type !== type) return { kind: 'other' };
      const correlationId = correlationIdOf(parsed.event);
      if (HALF_CHARACTER.test(correlationId)) {
        return { kind: 'unreadable', reason: 'data.correlationId must be text, but has half of a surrogate pair' };
      }
      // The header is of the last hop; where the producer's library writes none, what the event says is near enough.
      const traceParent = traceParentOf(record.headers?.['traceparent']) ?? traceParentOf(parsed.event.traceparent);
      return { kind: 'command', command: commandOf(parsed.event as OrderEventOf<Type>, correlationId, traceParent) };
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
