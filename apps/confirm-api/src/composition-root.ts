import 'reflect-metadata';
import {
  ApprovalSettlement,
  ApprovePaymentUseCase,
  ATTEMPT_LEASE_MS,
  AttemptExecution,
  AttemptWatch,
  CancelPaymentUseCase,
  GetPaymentUseCase,
  IDEMPOTENCY_DUPLICATE_PREVENTED,
  LeaseKeeper,
  RefundClaims,
  RefundExecution,
  RefundSettlement,
} from '@koosco/payment-application';
import { createDatabase, databaseOptionsOf, isDatabaseUnavailable, timeOrderedIds } from '@koosco/payment-db';
import { databaseTracing, type Logger, Metrics, recordStep } from '@koosco/payment-telemetry';
import { actuatorRouter, HealthChecks, type Lifecycle, systemClock } from '@koosco/payment-worker';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossGateways, watchTossCalls } from '@koosco/toss-client/gateway';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { Authentication } from './adapters/http/security/authentication';
import { CustomerKeys } from './adapters/http/payments/customer-keys';
import { httpApp } from './adapters/http/server/http-app';
import { ListController } from './adapters/http/payments/list-controller';
import { PaymentController } from './adapters/http/payments/payment-controller';
import { RequestMetrics } from './adapters/http/server/request-metrics';
import { WidgetController } from './adapters/http/payments/widget-controller';
import { type Config } from './config';
import { HttpDuty } from './adapters/http/server/http-duty';
import { CancelController } from './adapters/http/refunds/cancel-controller';
import { NamedRequest } from './adapters/http/server/named-request';
import { RequestDeadline } from './adapters/http/server/request-deadline';
import { rateLimits } from './adapters/http/server/rate-limits';
import { Workload } from './adapters/http/server/workload';
import { WebhookController } from './adapters/http/webhooks/webhook-controller';
import { MeteredApprovePayment } from './confirm/metered-approve-payment';
import { TracedApprovePayment } from './confirm/traced-approve-payment';
import { MeteredCancelPayment } from './metered-cancel-payment';
import { tracedCancelPayment } from './traced-cancel-payment';
import { tokens } from './tokens';
import { chargingApart, refundingApart, watchingApart } from './front-door/waits-apart';

/** A buyer waits for the answer: without a connection, a row lock or an answer for this long, 503 is the better one. */
const DATABASE_PATIENCE = { connectionWaitMs: 3_000, lockWaitMs: 3_000, statementTimeoutMs: 6_000 };

/** Everything confirm-api is made of, made when it is first asked for. Nothing is connected or listening yet. */
export function compose(config: Config, logger: Logger, lifecycle: Lifecycle): DependencyContainer {
  const root = container.createChildContainer();
  const bind = <T>(token: InjectionToken<T>, make: () => T) =>
    root.register(token, { useFactory: instanceCachingFactory(make) });

  bind(tokens.metrics, () => new Metrics('confirm-api'));
  bind(tokens.health, () => new HealthChecks({ logger, shutdownSignal: lifecycle.signal }));
  bind(tokens.workload, () => new Workload(config.MAX_REQUESTS_AT_ONCE, root.resolve(tokens.metrics)));
  bind(tokens.database, () =>
    createDatabase({ ...databaseOptionsOf(config), ...DATABASE_PATIENCE, tracing: databaseTracing }),
  );
  bind(tokens.gateways, () => {
    const onCall = watchTossCalls(root.resolve(tokens.metrics), recordStep);
    return tossGateways(tossClientConfig({ ...config.toss, onCall }), systemClock);
  });
  bind(tokens.duplicatesPrevented, () =>
    root
      .resolve(tokens.metrics)
      .counter(IDEMPOTENCY_DUPLICATE_PREVENTED, [{ action: 'APPROVE' }, { action: 'CANCEL' }]),
  );
  bind(tokens.approvePayment, () => {
    const { unitOfWork, reader, leases } = root.resolve(tokens.database);
    const workload = root.resolve(tokens.workload);
    const gateway = chargingApart(root.resolve(tokens.gateways).payments, workload);
    const settlement = new ApprovalSettlement(timeOrderedIds, 'confirm-api');
    const execution = new AttemptExecution(unitOfWork, gateway, settlement, new LeaseKeeper(leases, systemClock));
    const watch = watchingApart(new AttemptWatch(reader, systemClock), workload);
    const times = { waitForOtherMs: config.CONFIRM_WAIT_MS };
    return new TracedApprovePayment(
      new MeteredApprovePayment(
        new ApprovePaymentUseCase(unitOfWork, gateway, execution, watch, systemClock, timeOrderedIds, times),
        root.resolve(tokens.metrics),
        root.resolve(tokens.duplicatesPrevented),
        logger,
      ),
    );
  });
  bind(tokens.cancelPayment, () => {
    const { unitOfWork, reader, refundLeases } = root.resolve(tokens.database);
    const gateway = refundingApart(root.resolve(tokens.gateways).refunds, root.resolve(tokens.workload));
    const claims = new RefundClaims(unitOfWork, gateway, systemClock, ATTEMPT_LEASE_MS);
    const settlement = new RefundSettlement(timeOrderedIds, 'confirm-api');
    const keeper = new LeaseKeeper(refundLeases, systemClock);
    const execution = new RefundExecution(unitOfWork, gateway, settlement, keeper, systemClock);
    const times = { waitForOtherMs: config.CONFIRM_WAIT_MS };
    return tracedCancelPayment(
      new MeteredCancelPayment(
        new CancelPaymentUseCase(unitOfWork, reader, claims, execution, systemClock, timeOrderedIds, times),
        root.resolve(tokens.metrics),
        root.resolve(tokens.duplicatesPrevented),
        logger,
      ),
    );
  });
  bind(tokens.httpApp, () => {
    const metrics = root.resolve(tokens.metrics);
    const { reader, paymentList, namedRequests, hints, settlementHurry } = root.resolve(tokens.database);
    return httpApp({
      cancel: new CancelController(root.resolve(tokens.cancelPayment)),
      list: new ListController(paymentList),
      named: new NamedRequest(namedRequests),
      webhooks: new WebhookController(hints, metrics),
      widget: new WidgetController(root.resolve(tokens.approvePayment)),
      payments: new PaymentController(
        new GetPaymentUseCase(reader, settlementHurry),
        new CustomerKeys(config.JWT_SECRET),
        config.TOSS_CLIENT_KEY,
      ),
      authentication: new Authentication(config.JWT_SECRET),
      actuator: actuatorRouter({
        health: root.resolve(tokens.health),
        metrics,
        info: { app: { name: 'confirm-api' } },
      }),
      metrics: new RequestMetrics(metrics),
      workload: root.resolve(tokens.workload),
      allowedOrigins: config.CORS_ALLOWED_ORIGINS,
      limits: rateLimits({ perUser: config.RATE_LIMIT_PER_USER, perOrder: config.RATE_LIMIT_PER_ORDER }),
      deadline: new RequestDeadline(config.REQUEST_DEADLINE_MS, logger),
      logger,
      isUnavailable: isDatabaseUnavailable,
    });
  });
  bind(tokens.http, () => {
    const { SERVER_PORT: port, SHUTDOWN_DRAIN_MS: drainMs } = config;
    return new HttpDuty(root.resolve(tokens.httpApp), { port, drainMs, logger });
  });
  bind(tokens.worker, () => ({
    health: root.resolve(tokens.health),
    metrics: root.resolve(tokens.metrics),
    dependencies: [{ name: 'database', component: 'db', client: root.resolve(tokens.database) }],
    duties: [root.resolve(tokens.http)],
  }));
  return root;
}
