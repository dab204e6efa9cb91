/** What a tool needs that runs for a moment: without Prisma, which takes longer to load than an answer takes. */
export { openAuditReader } from '../audit/open-audit-reader';
export { type CaseAttempt, type CaseFile, type CaseFiles, type CaseReference } from '../case-file/case-file';
export { openCaseFiles } from '../case-file/open-case-files';
export { databaseDefaults, databaseOptionsOf, databaseVariables } from '../connection/database-variables';
export { openHealthReader, type HealthReader } from './open-health-reader';
export { type Waiting } from './waiting';
export { missingRights, type Right, rightsToDecide, rightsToResolve } from './missing-rights';
export { openOperatorActions, type OperatorActions } from './open-operator-actions';
export { type OutboxState, readOutboxState } from './read-outbox-state';
