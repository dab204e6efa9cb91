import 'reflect-metadata';
import {
  ApprovalSettlement,
  ATTEMPT_LEASE_MS,
  AttemptExecution,
  CarryOutRefundsUseCase,
  ExpirePaymentsUseCase,
  type FollowedHints,
  FollowHintsUseCase,
  LeaseKeeper,
  ReadBooksUseCase,
  RefundClaims,
  RefundExecution,
  RefundSettlement,
  SettleAttemptsUseCase,
} from '@koosco/payment-application';
import { createDatabase, type Database, databaseOptionsOf, timeOrderedIds } from '@koosco/payment-db';
import { kafkaClient } from '@koosco/payment-kafka';
import { databaseTracing, type Logger, Metrics, recordStep } from '@koosco/payment-telemetry';
import { type Duty, HealthChecks, type Lifecycle, repeatedDuty, systemClock } from '@koosco/payment-worker';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossGateways, watchTossCalls } from '@koosco/toss-client/gateway';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { type Config } from './config';
import { AuditRound } from './audit-round';
import { debeziumDuties } from './publication/debezium-duties';
import { Forgetting } from './forgetting';
import { logBooks } from './logs/books-log';
import { hintIdOf } from './hint-id-of';
import { logHints } from './logs/hint-log';
import { logRefund } from './logs/refund-log';
import { logSettled } from './logs/settled-attempt-log';
import { pollingDuties } from './publication/polling/polling-duties';
import { RelayMetrics } from './relay-metrics';
import { tokens } from './tokens';
import { tracedAttempts, tracedRefunds } from './traced-executions';

/** A buyer whose worker was killed is waiting. */
const LOOK_INTERVAL_MS = 500;
const FORGET_INTERVAL_MS = 15_000;
const EXPIRE_INTERVAL_MS = 5_000;
/** More often than metrics are scraped, as a rule, so that a scrape needs no database. */
const COUNT_INTERVAL_MS = 5_000;

/** Everything outbox-relay is made of, made when it is first asked for. Nothing is connected yet. */
export function compose(config: Config, logger: Logger, lifecycle: Lifecycle): DependencyContainer {
  const root = container.createChildContainer();
  const bind = <T>(token: InjectionToken<T>, make: () => T) =>
    root.register(token, { useFactory: instanceCachingFactory(make) });

  bind(tokens.metrics, () => new Metrics('outbox-relay'));
  bind(tokens.relayMetrics, () => new RelayMetrics(root.resolve(tokens.metrics)));
  bind(tokens.health, () => new HealthChecks({ logger, shutdownSignal: lifecycle.signal }));
  bind(tokens.database, () => createDatabase({ ...databaseOptionsOf(config), tracing: databaseTracing }));
  bind(tokens.kafka, () =>
    kafkaClient({ clientId: 'outbox-relay', bootstrapServers: config.SPRING_KAFKA_BOOTSTRAP_SERVERS, logger }),
  );
  bind(tokens.gateways, () => {
    const onCall = watchTossCalls(root.resolve(tokens.metrics), recordStep);
    return tossGateways(tossClientConfig({ ...config.toss, onCall }), systemClock);
  });
  bind(tokens.settleAttempts, () => {
    const { payments } = root.resolve(tokens.gateways);
    const { unitOfWork, leases } = root.resolve(tokens.database);
    const settlement = new ApprovalSettlement(timeOrderedIds, 'outbox-relay');
    const execution = new AttemptExecution(unitOfWork, payments, settlement, new LeaseKeeper(leases, systemClock));
    const metrics = root.resolve(tokens.relayMetrics);
    return new SettleAttemptsUseCase(unitOfWork, tracedAttempts(execution), systemClock, (settled) => {
      metrics.countSettled(settled);
      logSettled(settled, logger);
    });
  });
  bind(tokens.forgetting, () => {
    const pace = { clock: systemClock, signal: lifecycle.signal };
    return new Forgetting(root.resolve(tokens.database), config.OUTBOX_KEPT_FOR, pace);
  });
  bind(tokens.carryOutRefunds, () => {
    const { refunds } = root.resolve(tokens.gateways);
    const { unitOfWork, refundReader, refundLeases } = root.resolve(tokens.database);
    const claims = new RefundClaims(unitOfWork, refunds, systemClock, ATTEMPT_LEASE_MS);
    const settlement = new RefundSettlement(timeOrderedIds, 'outbox-relay');
    const keeper = new LeaseKeeper(refundLeases, systemClock);
    const execution = new RefundExecution(unitOfWork, refunds, settlement, keeper, systemClock);
    const metrics = root.resolve(tokens.relayMetrics);
    return new CarryOutRefundsUseCase(refundReader, claims, tracedRefunds(execution), (refund) => {
      metrics.countRefund(refund);
      logRefund(refund, logger);
    });
  });
  bind(tokens.followHints, () => {
    const { payments } = root.resolve(tokens.gateways);
    const { unitOfWork, hints, reader, settlementHurry } = root.resolve(tokens.database);
    const metrics = root.resolve(tokens.relayMetrics);
    const onFollowed = (followed: FollowedHints) => {
      metrics.countHints(followed);
      logHints(followed, logger);
    };
    return new FollowHintsUseCase(
      ...([unitOfWork, hints, reader, settlementHurry, payments, timeOrderedIds, 'outbox-relay', onFollowed] as const),
    );
  });
  bind(tokens.readBooks, () => {
    const { readBooks, hints } = root.resolve(tokens.database);
    const { books } = root.resolve(tokens.gateways);
    return new ReadBooksUseCase(books, readBooks, hints, systemClock, hintIdOf);
  });
  bind(tokens.auditRound, () => new AuditRound(root.resolve(tokens.gateways).books, databaseOptionsOf(config), logger));
  const carriers = (): readonly Duty[] => {
    const [database, kafka] = [root.resolve(tokens.database), root.resolve(tokens.kafka)];
    const parts = { database, kafka, metrics: root.resolve(tokens.relayMetrics), logger, signal: lifecycle.signal };
    return config.RELAY_MODE === 'polling' ? pollingDuties(config, parts) : debeziumDuties(config, parts);
  };
  bind(tokens.worker, () => {
    const database = root.resolve(tokens.database);
    const relayMetrics = root.resolve(tokens.relayMetrics);
    const settleAttempts = root.resolve(tokens.settleAttempts);
    const carryOutRefunds = root.resolve(tokens.carryOutRefunds);
    return {
      health: root.resolve(tokens.health),
      metrics: root.resolve(tokens.metrics),
      dependencies: [{ name: 'database', component: 'db', client: database }],
      duties: [
        repeatedDuty({
          name: 'settling attempts',
          intervalMs: LOOK_INTERVAL_MS,
          round: async () => {
            await settleAttempts.takeDue();
          },
          drain: () => settleAttempts.drain(),
          logger,
        }),
        repeatedDuty({
          name: 'giving money back',
          intervalMs: LOOK_INTERVAL_MS,
          round: () => carryOutRefunds.takeDue(),
          drain: () => carryOutRefunds.drain(),
          logger,
        }),
        repeatedDuty({
          name: 'following hints',
          intervalMs: LOOK_INTERVAL_MS,
          round: () => root.resolve(tokens.followHints).followDue(),
          logger,
        }),
        repeatedDuty({
          name: 'reading the books',
          intervalMs: config.BOOKS_READ_EVERY,
          round: async () => {
            const round = await root.resolve(tokens.readBooks).round();
            relayMetrics.countBooks(round);
            logBooks(round, logger);
          },
          logger,
        }),
        repeatedDuty({
          name: 'auditing',
          intervalMs: config.AUDIT_EVERY,
          round: async () => {
            const round = () => root.resolve(tokens.auditRound).run(systemClock.now());
            // One relay is enough; the others say what they know.
            relayMetrics.setUnexplained(await database.exclusively('audit', round));
          },
          logger,
        }),
        ...expiring(config, database, logger),
        repeatedDuty({
          name: 'forgetting',
          intervalMs: FORGET_INTERVAL_MS,
          round: async () => {
            // Of several relays one: the pace is that of the database.
            await database.exclusively('forgetting', () => root.resolve(tokens.forgetting).round());
          },
          logger,
        }),
        repeatedDuty({
          name: 'counting what is pending',
          intervalMs: COUNT_INTERVAL_MS,
          round: () => relayMetrics.count(database),
          logger,
        }),
        ...carriers(),
      ],
    };
  });
  return root;
}

/** Off unless it is asked for: how long an order may wait for its payment is for order-service to say. */
function expiring(config: Config, { unitOfWork, expiryReader }: Database, logger: Logger): readonly Duty[] {
  const ageMs = config.PAYMENT_EXPIRES_AFTER;
  if (ageMs === undefined) return [];
  const expirePayments = new ExpirePaymentsUseCase(unitOfWork, expiryReader, timeOrderedIds, 'outbox-relay');
  const round = async (): Promise<void> => {
    const orderIds = await expirePayments.expireOlderThan(ageMs);
    if (orderIds.length > 0) logger.info({ orderIds: orderIds.map(String) }, 'payments expired');
  };
  return [repeatedDuty({ name: 'expiring payments', intervalMs: EXPIRE_INTERVAL_MS, round, logger })];
}
