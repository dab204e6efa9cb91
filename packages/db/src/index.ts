export { CommitOutcomeUnknown } from './transaction/commit-outcome-unknown';
export { createDatabase, type Database, type DatabaseOptions } from './create-database';
export { type DatabaseAddress } from './database-address';
export { databaseDefaults, databaseOptionsOf, databaseVariables } from './database-variables';
export { isDatabaseUnavailable } from './is-database-unavailable';
export { migrate } from './migrate';
export { MigrationRefused } from './migration-refused';
export {
  type Marked,
  type PaymentOutbox,
  pendingCountMax,
  type PendingStatistics,
  type SeenEvent,
} from './payment-outbox';
export { type PaymentOutboxEntry } from './payment-outbox-entry';
export { PaymentVersionConflict } from './payment-version-conflict';
export { timeOrderedIds } from './time-ordered-ids';
export { type UnappliedCharges } from './unapplied-charges';
