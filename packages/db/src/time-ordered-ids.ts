import { type IdGenerator } from '@koosco/payment-application';
import { v7 } from 'uuid';

/**
 * UUIDs of version 7 (RFC 9562): rows are made in about the order of their ids, so an index on them grows at its end
 * and stays in memory there, however large the table is.
 */
export const timeOrderedIds: IdGenerator = { next: () => v7() };
