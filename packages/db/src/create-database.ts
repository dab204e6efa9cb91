import {
  type AttemptLeases,
  type ExpiryReader,
  type HintInbox,
  type PaymentList,
  type PaymentReader,
  type ReadBooks,
  type RefundReader,
  type SettlementHurry,
  type UnitOfWork,
} from '@koosco/payment-application';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { type PoolConfig, type PoolConnection } from 'mariadb';
import { type DatabaseAddress } from './connection/database-address';
import { PrismaClient } from './generated/prisma/client';
import { MariaDbOutboxCanary } from './outbox/maria-db-outbox-canary';
import { MariaDbOutboxPublication } from './outbox/maria-db-outbox-publication';
import { MariaDbOutboxRecovery } from './outbox/maria-db-outbox-recovery';
import { type OutboxCanary } from './outbox/outbox-canary';
import { type OutboxPublication } from './outbox/outbox-publication';
import { type OutboxRecovery } from './outbox/outbox-recovery';
import { type PaymentOutbox } from './outbox/payment-outbox';
import { PrismaUnclearAttempts } from './attempts/prisma-unclear-attempts';
import { type UnclearAttempts } from './attempts/unclear-attempts';
import { PrismaAttemptLeases } from './attempts/prisma-attempt-leases';
import { PrismaPaymentOutbox } from './outbox/prisma-payment-outbox';
import { MariaDbPaymentList } from './payments/maria-db-payment-list';
import { PrismaExpiryReader } from './payments/prisma-expiry-reader';
import { PrismaPaymentReader } from './payments/prisma-payment-reader';
import { type OpenRefunds } from './refunds/open-refunds';
import { PrismaOpenRefunds } from './refunds/prisma-open-refunds';
import { PrismaRefundReader } from './refunds/prisma-refund-reader';
import { PrismaUnappliedCharges } from './attempts/prisma-unapplied-charges';
import { exclusively } from './connection/exclusively';
import { MariaDbOutboxRepair } from './operators/maria-db-outbox-repair';
import { type OutboxRepair } from './operators/outbox-repair';
import { createSessionPool } from './connection/session-pool';
import { QUOTED_STATEMENT_LENGTH, sessionSettings } from './connection/session-settings';
import { MariaDbSettlementHurry } from './attempts/maria-db-settlement-hurry';
import { MariaDbReadBooks } from './hints/maria-db-read-books';
import { MariaDbHintInbox } from './hints/maria-db-hint-inbox';
import { MariaDbNamedRequests } from './requests/maria-db-named-requests';
import { type NamedRequests } from './requests/named-requests';
import { type DatabaseTracing } from './database-tracing';
import { MariaDbUnitOfWork } from './transaction/maria-db-unit-of-work';
import { SqlTransactions } from './transaction/sql-transactions';
import { datesAsText } from './transaction/dates-of-rows';
import { type UnappliedCharges } from './attempts/unapplied-charges';

/** Everything a worker does with the database goes through these. */
export interface Database {
  readonly unitOfWork: UnitOfWork;
  readonly reader: PaymentReader;
  readonly leases: AttemptLeases;
  readonly refundReader: RefundReader;
  readonly expiryReader: ExpiryReader;
  readonly refundLeases: AttemptLeases;
  readonly openRefunds: OpenRefunds;
  readonly unclearAttempts: UnclearAttempts;
  readonly paymentList: PaymentList;
  readonly namedRequests: NamedRequests;
  readonly hints: HintInbox;
  readonly readBooks: ReadBooks;
  readonly settlementHurry: SettlementHurry;
  readonly outbox: PaymentOutbox;
  readonly outboxCanary: OutboxCanary;
  readonly outboxRecovery: OutboxRecovery;
  readonly outboxPublication: OutboxPublication;
  readonly unappliedCharges: UnappliedCharges;
  readonly outboxRepair: OutboxRepair;
  /**
   * Does `work` unless another worker does work under the same name just now, and then resolves to null. Whoever dies gives
   * the name up.
   */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T | null>;
  /** @throws when the server does not answer a trivial query. */
  ping(): Promise<void>;
  /** Waits for running transactions, then closes every connection. Nothing works afterwards. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends DatabaseAddress {
  /** Transactions at most at the same time, per worker, each on its connection; and as many connections for reads. */
  readonly connectionLimit: number;
  /** How long a statement waits for another transaction's row lock before it gives way (to whole seconds). 5 s unless told. */
  readonly lockWaitMs?: number;
  /** How long to wait for a free connection. 10 s unless told. */
  readonly connectionWaitMs?: number;
  /**
   * A statement that is not answered by then fails, and its connection is given up: a server that is frozen, or behind a
   * network that swallows packets, says nothing at all. {@link DatabaseOptions.lockWaitMs} and 5 s unless told.
   */
  readonly statementTimeoutMs?: number;
  /** A transaction that is open for longer is rolled back. 30 s unless told: no gateway is called inside one. */
  readonly transactionDurationMs?: number;
  /** READ COMMITTED unless told; tests show that the stricter level gives the same results, with more retries. */
  readonly isolationLevel?: 'READ COMMITTED' | 'REPEATABLE READ';
  /** Nothing is traced unless given. */
  readonly tracing?: DatabaseTracing;
}

/** Far above what any statement of ours takes when it waits for no lock. */
const STATEMENT_MS_MAX = 5_000;

/**
 * Opens a pool of connections lazily: this returns at once, also while the server is down, and every call of the result
 * fails until it is up.
 *
 * The isolation level is READ COMMITTED. Whoever decides something locks the payment's row first, and then must see what
 * the transaction before it committed, which a snapshot would hide. It also takes no gap locks for rows that are not
 * there yet, so that creating payments for neighbouring orders does not deadlock.
 * @param onTake for tests that set the time of a connection: sees it whenever it is taken from its pool.
 */
export function createDatabase(
  options: DatabaseOptions,
  onTake?: (connection: PoolConnection) => Promise<void>,
): Database {
  const { lockWaitMs = 5_000, connectionWaitMs = 10_000, transactionDurationMs = 30_000 } = options;
  const { statementTimeoutMs = lockWaitMs + STATEMENT_MS_MAX } = options;
  const { host, port, database, user, password, connectionLimit } = options;
  const poolOf = (autocommit: 0 | 1, own: PoolConfig) =>
    createSessionPool(
      {
        host,
        port,
        database,
        user,
        password,
        connectionLimit,
        // With 0 the pool closes and reopens connections under a light load.
        minimumIdle: 1,
        acquireTimeout: connectionWaitMs,
        connectTimeout: 5_000,
        // While the server is down: look every 0.5 s. After this long the pool slows down to once in 10 s.
        initializationTimeout: 3_600_000,
        // An UPDATE reports the rows it found, also where it wrote what was there already.
        foundRows: true,
        debugLen: QUOTED_STATEMENT_LENGTH,
        ...own,
      },
      {
        statementTimeoutMs,
        onTake,
        sessionSql: [
          `${sessionSettings}, autocommit = ${autocommit}, innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(lockWaitMs / 1000))}`,
          `SET SESSION TRANSACTION ISOLATION LEVEL ${options.isolationLevel ?? 'READ COMMITTED'}`,
        ],
      },
    );
  const transactions = poolOf(0, datesAsText);
  const sqlTransactions = new SqlTransactions(transactions, transactionDurationMs);
  const reads = poolOf(1, {});
  // By default the adapter prepares every statement anew: one more trip to the server each time.
  const adapter = new PrismaMariaDb(reads, { useTextProtocol: true, database });
  // The full message of Prisma's errors quotes the arguments of the call, and with them payment keys.
  const client = new PrismaClient({ adapter, errorFormat: 'minimal' });
  return {
    unitOfWork: new MariaDbUnitOfWork(sqlTransactions, options.tracing),
    reader: new PrismaPaymentReader(client),
    leases: new PrismaAttemptLeases(client, { name: 'payment_attempt', id: 'attempt_id' }),
    expiryReader: new PrismaExpiryReader(client),
    refundReader: new PrismaRefundReader(client),
    refundLeases: new PrismaAttemptLeases(client, { name: 'payment_refund', id: 'refund_id' }),
    unclearAttempts: new PrismaUnclearAttempts(client),
    openRefunds: new PrismaOpenRefunds(client),
    paymentList: new MariaDbPaymentList(reads),
    namedRequests: new MariaDbNamedRequests(reads),
    hints: new MariaDbHintInbox(reads),
    readBooks: new MariaDbReadBooks(reads),
    settlementHurry: new MariaDbSettlementHurry(reads),
    outbox: new PrismaPaymentOutbox(client),
    outboxCanary: new MariaDbOutboxCanary(sqlTransactions, reads),
    outboxRecovery: new MariaDbOutboxRecovery(sqlTransactions),
    outboxPublication: new MariaDbOutboxPublication(reads),
    unappliedCharges: new PrismaUnappliedCharges(client),
    outboxRepair: new MariaDbOutboxRepair(sqlTransactions),
    exclusively: (name, work) => exclusively(options, name, work),
    async ping() {
      // Not by the client: its first query of all loads a compiler of queries, 100 MB that a worker which only writes
      // never needs.
      await reads.query('SELECT 1');
    },
    async close() {
      await client.$disconnect();
      // Not by the client: one that was never used leaves its pool open.
      await Promise.all([transactions.end(), reads.end()]);
    },
  };
}
