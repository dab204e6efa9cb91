import 'reflect-metadata';
import { ApprovalSettlement, AttemptExecution, LeaseKeeper, SettleAttemptsUseCase } from '@koosco/payment-application';
import { createDatabase, databaseOptionsOf, timeOrderedIds } from '@koosco/payment-db';
import { kafkaClient } from '@koosco/payment-kafka';
import { createMetrics, type Logger } from '@koosco/payment-telemetry';
import { HealthChecks, type Lifecycle, systemClock } from '@koosco/payment-worker';
import { tossClientConfig } from '@koosco/toss-client/client';
import { TossCallMetrics, tossGateway } from '@koosco/toss-client/gateway';
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { PublishedEventReader } from './adapters/kafka/published-event-reader';
import { connectorConfiguration } from './adapters/kafka-connect/connector-configuration';
import { KafkaConnectClient } from './adapters/kafka-connect/kafka-connect-client';
import { OutboxConnector } from './adapters/kafka-connect/outbox-connector';
import { Standstill } from './adapters/kafka-connect/standstill';
import { type Config } from './config';
import { ConnectorDuty } from './connector-duty';
import { CountDuty } from './count-duty';
import { ReadBackDuty } from './read-back-duty';
import { SettleDuty } from './settle-duty';
import { logSettled } from './settled-attempt-log';
import { RelayMetrics } from './relay-metrics';
import { tokens } from './tokens';

/** Everything outbox-relay is made of, made when it is first asked for. Nothing is connected yet. */
export function compose(config: Config, logger: Logger, lifecycle: Lifecycle): DependencyContainer {
  const root = container.createChildContainer();
  const once = <T>(make: () => T) => ({ useFactory: instanceCachingFactory(make) });

  root.register(
    tokens.metrics,
    once(() => createMetrics({ service: 'outbox-relay' })),
  );
  root.register(
    tokens.relayMetrics,
    once(() => new RelayMetrics(root.resolve(tokens.metrics))),
  );
  root.register(
    tokens.health,
    once(() => new HealthChecks({ logger, shutdownSignal: lifecycle.signal })),
  );
  root.register(
    tokens.database,
    once(() => createDatabase(databaseOptionsOf(config))),
  );
  root.register(
    tokens.kafka,
    once(() =>
      kafkaClient({ clientId: 'outbox-relay', bootstrapServers: config.SPRING_KAFKA_BOOTSTRAP_SERVERS, logger }),
    ),
  );
  root.register(
    tokens.connector,
    once(() => {
      const connect = new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal: lifecycle.signal });
      const configuration = connectorConfiguration({
        databaseHost: config.CONNECTOR_DB_HOST ?? config.DB_HOST,
        databasePort: config.CONNECTOR_DB_PORT ?? config.DB_PORT,
        databaseName: config.DB_NAME,
        databaseUser: config.CONNECTOR_DB_USERNAME,
        databasePassword: config.CONNECTOR_DB_PASSWORD,
        bootstrapServers: config.CONNECTOR_BOOTSTRAP_SERVERS ?? config.SPRING_KAFKA_BOOTSTRAP_SERVERS,
      });
      return new OutboxConnector({
        connect,
        name: config.CONNECTOR_NAME,
        configuration,
        outbox: root.resolve(tokens.database).outbox,
        standstill: new Standstill(config.CONNECTOR_STANDSTILL_MS),
        clock: systemClock,
        logger,
      });
    }),
  );
  root.register(
    tokens.publishedEvents,
    once(() => {
      const { outbox } = root.resolve(tokens.database);
      return new PublishedEventReader(outbox, root.resolve(tokens.relayMetrics), logger);
    }),
  );
  root.register(
    tokens.settleAttempts,
    once(() => {
      const calls = new TossCallMetrics(root.resolve(tokens.metrics));
      const tossConfig = tossClientConfig({ ...config.toss, onCall: calls.observe });
      const gateway = tossGateway(tossConfig, systemClock);
      const { unitOfWork, leases } = root.resolve(tokens.database);
      const settlement = new ApprovalSettlement(timeOrderedIds);
      const execution = new AttemptExecution(unitOfWork, gateway, settlement, new LeaseKeeper(leases, systemClock));
      const metrics = root.resolve(tokens.relayMetrics);
      return new SettleAttemptsUseCase(unitOfWork, execution, systemClock, (settled) => {
        metrics.countSettled(settled);
        logSettled(settled, logger);
      });
    }),
  );
  root.register(
    tokens.worker,
    once(() => {
      const database = root.resolve(tokens.database);
      const relayMetrics = root.resolve(tokens.relayMetrics);
      const reader = root.resolve(tokens.publishedEvents);
      return {
        health: root.resolve(tokens.health),
        metrics: root.resolve(tokens.metrics),
        dependencies: [{ name: 'database', component: 'db', client: database }],
        duties: [
          new SettleDuty(root.resolve(tokens.settleAttempts), logger),
          new CountDuty(database, relayMetrics, logger),
          new ConnectorDuty(root.resolve(tokens.connector), relayMetrics, logger),
          new ReadBackDuty(reader, root.resolve(tokens.kafka), config.READ_BACK_GROUP_ID, logger),
        ],
      };
    }),
  );
  return root;
}
