import 'reflect-metadata';
import { CancelOrderUseCase, CreatePaymentUseCase, RequestRefundUseCase } from '@koosco/payment-application';
import { createDatabase, databaseOptionsOf, timeOrderedIds } from '@koosco/payment-db';
import { kafkaClient } from '@koosco/payment-kafka';
import { databaseTracing, type Logger, Metrics } from '@koosco/payment-telemetry';
import { HealthChecks, type Lifecycle, systemClock } from '@koosco/payment-worker';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { type Config } from './config';
import { ConsumerMetrics } from './watching/consumer-metrics';
import { OrdersDuty } from './orders-duty';
import { tokens } from './tokens';

/** Everything order-consumer is made of, made when it is first asked for. Nothing is connected yet. */
export function compose(config: Config, logger: Logger, lifecycle: Lifecycle): DependencyContainer {
  const root = container.createChildContainer();
  const bind = <T>(token: InjectionToken<T>, make: () => T) =>
    root.register(token, { useFactory: instanceCachingFactory(make) });

  bind(tokens.metrics, () => new Metrics('order-consumer'));
  bind(tokens.health, () => new HealthChecks({ logger, shutdownSignal: lifecycle.signal }));
  bind(tokens.database, () => createDatabase({ ...databaseOptionsOf(config), tracing: databaseTracing }));
  bind(tokens.kafka, () =>
    kafkaClient({
      clientId: 'order-consumer',
      bootstrapServers: config.SPRING_KAFKA_BOOTSTRAP_SERVERS,
      logger,
    }),
  );
  bind(
    tokens.createPayment,
    () =>
      new CreatePaymentUseCase(root.resolve(tokens.database).unitOfWork, systemClock, timeOrderedIds, 'order-consumer'),
  );
  bind(tokens.consumerMetrics, () => new ConsumerMetrics(root.resolve(tokens.metrics)));
  bind(tokens.worker, () => {
    const metrics = root.resolve(tokens.metrics);
    const { unitOfWork } = root.resolve(tokens.database);
    const orders = new OrdersDuty({
      kafka: root.resolve(tokens.kafka),
      groupId: config.SPRING_KAFKA_CONSUMER_GROUP_ID,
      createPayment: root.resolve(tokens.createPayment),
      requestRefund: new RequestRefundUseCase(unitOfWork, timeOrderedIds),
      cancelOrder: new CancelOrderUseCase(unitOfWork, timeOrderedIds, 'order-consumer'),
      metrics,
      consumerMetrics: root.resolve(tokens.consumerMetrics),
      logger,
    });
    return {
      health: root.resolve(tokens.health),
      metrics,
      dependencies: [{ name: 'database', component: 'db', client: root.resolve(tokens.database) }],
      duties: [orders],
    };
  });
  return root;
}
