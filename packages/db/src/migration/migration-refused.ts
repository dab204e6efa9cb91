/** Migrating was not begun or did not finish, and a person has to look first. The message says what to do. */
export class MigrationRefused extends Error {
  constructor(
    readonly code: 'EDITED_MIGRATION' | 'HALF_APPLIED_MIGRATION' | 'MIGRATION_FAILED' | 'LOCKED' | 'NO_DATABASE',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'MigrationRefused';
  }
}
