import { type Clock } from '@koosco/payment-application';
import { type PaymentOutbox } from '@koosco/payment-db';
import { type Logger } from '@koosco/payment-telemetry';
import { type KafkaConnectClient, type TaskState } from './kafka-connect-client';
import { type Standstill } from './standstill';

/** What a look at the connector led to. */
export type ConnectorCare = 'running' | 'configured' | 'restarted' | 'unstuck' | 'resumed' | 'starting';

export interface OutboxConnectorOptions {
  readonly connect: KafkaConnectClient;
  readonly name: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly outbox: Pick<PaymentOutbox, 'pendingStatistics'>;
  readonly standstill: Standstill;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/**
 * Keeps the Debezium connector registered with the configuration of this version, running, and moving: a connector says
 * RUNNING while its task has failed, and a task says RUNNING while its link to the database is dead, so what counts in
 * the end is whether rows get published. Any number of relays may look after it at once: each step is harmless when
 * repeated.
 */
export class OutboxConnector {
  constructor(private readonly options: OutboxConnectorOptions) {}

  /** @throws KafkaConnectFailure, or an error of the database, when one of them does not answer; look again later. */
  async lookAfter(): Promise<ConnectorCare> {
    const { connect, name, configuration, outbox, standstill, clock, logger } = this.options;
    if (!(await this.#isConfigured())) {
      standstill.pause();
      await connect.putConfiguration(name, configuration);
      logger.info({ connector: name }, 'connector registered');
      return 'configured';
    }
    const { connector, tasks } = await connect.status(name);
    const states: TaskState[] = [connector, ...tasks];
    if (states.includes('FAILED')) {
      standstill.pause();
      await connect.restartFailed(name);
      logger.warn({ connector: name, states }, 'connector had failed and is restarted');
      return 'restarted';
    }
    if (states.includes('PAUSED') || states.includes('STOPPED')) {
      standstill.pause();
      await connect.resume(name);
      logger.warn({ connector: name, states }, 'connector was paused and is resumed');
      return 'resumed';
    }
    if (tasks.length === 0 || !states.every((state) => state === 'RUNNING')) {
      standstill.pause();
      return 'starting';
    }
    const { oldestCreatedAt } = await outbox.pendingStatistics();
    if (standstill.isTooLong(oldestCreatedAt, clock.now())) {
      await connect.restart(name);
      logger.warn({ connector: name, oldestCreatedAt }, 'connector says it runs, publishes nothing, and is restarted');
      return 'unstuck';
    }
    return 'running';
  }

  async #isConfigured(): Promise<boolean> {
    const current = await this.options.connect.configuration(this.options.name);
    if (current === null) return false;
    const { name: _name, ...rest } = current;
    const wanted = Object.entries(this.options.configuration);
    return Object.keys(rest).length === wanted.length && wanted.every(([key, value]) => rest[key] === value);
  }
}
