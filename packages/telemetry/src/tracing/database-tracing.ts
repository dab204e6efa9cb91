import { continueTrace, inStep } from './tracing';

/** What the database is told, so that transactions are steps of the work that they are part of. */
export const databaseTracing = {
  continueTrace,
  transaction: <T>(work: () => Promise<T>): Promise<T> =>
    inStep({ name: 'transaction', kind: 'CLIENT', attributes: { 'db.system.name': 'mariadb' } }, work),
};
