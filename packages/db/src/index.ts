export { openAuditReader } from './audit/open-audit-reader';
export { CommitOutcomeUnknown } from './transaction/commit-outcome-unknown';
export { createDatabase, type Database, type DatabaseOptions } from './create-database';
export { type DatabaseAddress } from './connection/database-address';
export { databaseDefaults, databaseOptionsOf, databaseVariables } from './connection/database-variables';
export { isDatabaseUnavailable } from './connection/is-database-unavailable';
export { migrate } from './migration/migrate';
export { MigrationRefused } from './migration/migration-refused';
export { OUTBOX_CANARY_TOPIC, type OutboxCanary, type OutboxPulse } from './outbox/outbox-canary';
export { type OutboxPublication, type PendingRow, type RelayMode } from './outbox/outbox-publication';
export { type OutboxRecovery, type SentAgain } from './outbox/outbox-recovery';
export {
  type Marked,
  type PaymentOutbox,
  pendingCountMax,
  type PendingStatistics,
  type SeenEvent,
} from './outbox/payment-outbox';
export { type PaymentOutboxEntry } from './outbox/payment-outbox-entry';
export { type OutboxRepair, type PlacedRow, type RepairChoice, type RepairPlan } from './operators/outbox-repair';
export { PaymentVersionConflict } from './payments/payment-version-conflict';
export { timeOrderedIds } from './time-ordered-ids';
export { type UnappliedCharges } from './attempts/unapplied-charges';
export { type UnclearAttempts, type UnclearAttemptStatistics } from './attempts/unclear-attempts';
export { type OpenRefunds, type OpenRefundStatistics } from './refunds/open-refunds';
export { type GivenAnswer, type NamedRequests } from './requests/named-requests';
