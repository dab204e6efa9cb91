import { afterAll, beforeAll, describe } from '@jest/globals';
import { type ConformingDatabase } from './conforming-database';
import { describeAttempts } from './describe-attempts';
import { describeIdempotency } from './describe-idempotency';
import { describePayments } from './describe-payments';
import { describeRefunds } from './describe-refunds';
import { describeTransactions } from './describe-transactions';

/** What use cases may rely on, whichever database is behind their ports. */
export function describeDatabase(name: string, open: () => Promise<ConformingDatabase>): void {
  describe(name, () => {
    let database: ConformingDatabase;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());
    const subject = (): ConformingDatabase => database;

    describe('idempotency', () => describeIdempotency(subject));
    describe('payments', () => describePayments(subject));
    describe('attempts', () => describeAttempts(subject));
    describe('refunds', () => describeRefunds(subject));
    describe('a transaction', () => describeTransactions(subject));
  });
}
