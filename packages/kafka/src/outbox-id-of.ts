import { type KafkaRecord } from './consume/record-batch';

/**
 * The id of the outbox row that a record was published from, from the header that the outbox router writes. Null for a
 * record of foreign origin, which has no row to mark.
 */
export function outboxIdOf({ headers }: Pick<KafkaRecord, 'headers'>): bigint | null {
  const header = headers?.['id'];
  // Repeated or null, it is nobody's id; and it may be as long as a record.
  if ((typeof header !== 'string' && !Buffer.isBuffer(header)) || header.length > DIGITS_MAX) return null;
  const text = header.toString();
  if (!/^[0-9]+$/.test(text)) return null;
  const id = BigInt(text);
  // The database would refuse a larger one, again and again, and the partition would stand still.
  return id <= BIGINT_MAX ? id : null;
}

const BIGINT_MAX = 2n ** 63n - 1n;
const DIGITS_MAX = 19;
