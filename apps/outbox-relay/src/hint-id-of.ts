import { createHash } from 'node:crypto';

/** The same for the same transaction, and never that of a webhook. */
export function hintIdOf(pgTransactionId: string): string {
  return createHash('sha256').update(`transaction:${pgTransactionId}`).digest('hex');
}
