export const FOREIGN_REASONS = ['unreadable_batch', 'no_outbox_id', 'unlike_its_row'] as const;

/** Why a record on a payment topic has nothing to say about a row of the outbox. */
export type ForeignReason = (typeof FOREIGN_REASONS)[number];
