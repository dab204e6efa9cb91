/**
 * The connection was lost while a commit was under way: the transaction is either durable as a whole or gone as a whole,
 * and nobody told which. Never retried here, because the work would then be done twice if it had been durable. Look at
 * the database before doing it again, or do again only what is idempotent by its own key.
 */
export class CommitOutcomeUnknown extends Error {
  readonly code = 'COMMIT_OUTCOME_UNKNOWN';

  constructor(options: { cause: unknown }) {
    super('the connection was lost during COMMIT: the transaction may or may not be durable', options);
    this.name = 'CommitOutcomeUnknown';
  }
}
