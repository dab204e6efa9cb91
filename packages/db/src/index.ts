export { CommitOutcomeUnknown } from './commit-outcome-unknown';
export { createDatabase, type Database, type DatabaseOptions } from './create-database';
export { type DatabaseAddress } from './database-address';
export { databaseDefaults, databaseOptionsOf, databaseVariables } from './database-variables';
export { migrate } from './migrate';
export { MigrationRefused } from './migration-refused';
export { type PaymentOutbox, pendingCountMax, type PendingStatistics } from './payment-outbox';
export { type PaymentOutboxEntry } from './payment-outbox-entry';
export { PaymentVersionConflict } from './payment-version-conflict';
