/** How a shutdown ended. Only `drained` is clean: the process exits with 0 then, with 1 otherwise. */
export type ShutdownOutcome =
  | { readonly kind: 'drained' }
  /** Everything was closed, but these steps threw. */
  | { readonly kind: 'failed'; readonly failed: readonly string[] }
  /** The deadline passed while `hung` was closing; `notReached` were never asked to close. */
  | { readonly kind: 'deadline'; readonly hung: string; readonly notReached: readonly string[] };
