/** Counts what was asked for again and not done again; one for the whole worker. */
export interface DuplicatesPrevented {
  inc(labels: { readonly action: 'APPROVE' | 'CANCEL' }): void;
}
