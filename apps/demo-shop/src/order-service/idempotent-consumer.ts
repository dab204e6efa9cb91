import {
  dedupeKeyOf,
  emptySequence,
  type EventMessage,
  observeSequence,
  parsePaymentEvent,
  type PaymentEvent,
  type SequenceState,
} from '@koosco/payment-contracts';

/** Three things a consumer needs of its database, all inside one transaction. */
export interface ConsumerTransaction {
  /** INSERT … ON CONFLICT DO NOTHING into a table whose primary key is `key`. @returns whether the row is new. */
  insertProcessedEvent(key: string): Promise<boolean>;
  /** Locks the row (SELECT … FOR UPDATE). @returns undefined when the payment was never heard of. */
  sequenceOf(paymentId: string): Promise<SequenceState | undefined>;
  saveSequence(paymentId: string, state: SequenceState): Promise<void>;
}

export interface ConsumerDatabase<Tx extends ConsumerTransaction> {
  /** Commits when `work` resolves, rolls everything back when it rejects. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export type Handled =
  | { readonly kind: 'done'; readonly event: PaymentEvent; readonly isGap: boolean; readonly isLate: boolean }
  | { readonly kind: 'duplicate' | 'skipped' }
  | { readonly kind: 'dead-letter'; readonly reasons: readonly { readonly field: string; readonly reason: string }[] };

/**
 * Handles a message as if it had been delivered once. Commit the Kafka offset after this resolves, never before; when
 * it rejects, deliver the message again.
 */
export async function handleOnce<Tx extends ConsumerTransaction>(
  database: ConsumerDatabase<Tx>,
  message: EventMessage,
  handle: (tx: Tx, event: PaymentEvent) => Promise<void>,
): Promise<Handled> {
  const parsed = parsePaymentEvent(message);
  if (parsed.kind === 'unknown-type') return { kind: 'skipped' };
  if (parsed.kind === 'invalid') return { kind: 'dead-letter', reasons: parsed.reasons };
  const { event } = parsed;

  return database.transaction(async (tx) => {
    // First, and in the same transaction as the effect: two deliveries at once meet at this row.
    if (!(await tx.insertProcessedEvent(dedupeKeyOf(event)))) return { kind: 'duplicate' };
    const before = (await tx.sequenceOf(event.data.paymentId)) ?? emptySequence;
    const { verdict, state } = observeSequence(before, event.data.sequence);
    await tx.saveSequence(event.data.paymentId, state);
    await handle(tx, event);
    return { kind: 'done', event, isGap: verdict === 'gap', isLate: verdict === 'late' };
  });
}
