export { type ConformingDatabase, type StoredTransaction } from './conforming-database';
export { describeDatabase } from './describe-database';
