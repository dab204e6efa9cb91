import { type KafkaRecord } from '@koosco/payment-kafka';

/**
 * The id of the outbox row that a record was published from, from the header that the outbox router writes. Null for a
 * record of foreign origin, which has no row to mark.
 */
export function outboxIdOf({ headers }: Pick<KafkaRecord, 'headers'>): bigint | null {
  const header = headers?.['id'];
  const text = Buffer.isBuffer(header) ? header.toString('utf8') : header;
  if (typeof text !== 'string' || !/^[0-9]{1,19}$/.test(text)) return null;
  const id = BigInt(text);
  // The database would refuse a larger one, again and again, and the partition would stand still.
  return id <= BIGINT_MAX ? id : null;
}

const BIGINT_MAX = 2n ** 63n - 1n;
