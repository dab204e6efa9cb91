export { type ConformingDatabase, type StoredTransaction } from './conforming-database';
export { describeDatabase } from './describe-database';
export { describeDeaths } from './describe-deaths';
export { describeInterleavings } from './describe-interleavings';
