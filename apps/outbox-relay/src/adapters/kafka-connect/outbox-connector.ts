import { type Logger } from '@koosco/payment-observability';
import { type KafkaConnectClient, type TaskState } from './kafka-connect-client';

/** What a look at the connector led to. */
export type ConnectorCare = 'running' | 'configured' | 'restarted' | 'resumed' | 'starting';

/**
 * Keeps the Debezium connector registered with the configuration of this version, and running. A connector says RUNNING
 * while its task has failed, so both are looked at. Any number of relays may do this at once: each step is harmless
 * when repeated.
 */
export class OutboxConnector {
  constructor(
    private readonly connect: KafkaConnectClient,
    private readonly name: string,
    private readonly configuration: Readonly<Record<string, string>>,
    private readonly logger: Logger,
  ) {}

  /** @throws KafkaConnectFailure when Connect does not answer or refuses; look again later. */
  async lookAfter(): Promise<ConnectorCare> {
    if (!(await this.#isConfigured())) {
      await this.connect.putConfiguration(this.name, this.configuration);
      this.logger.info({ connector: this.name }, 'connector registered');
      return 'configured';
    }
    const { connector, tasks } = await this.connect.status(this.name);
    const states: TaskState[] = [connector, ...tasks];
    if (states.includes('FAILED')) {
      await this.connect.restartFailed(this.name);
      this.logger.warn({ connector: this.name, states }, 'connector had failed and is restarted');
      return 'restarted';
    }
    if (states.includes('PAUSED') || states.includes('STOPPED')) {
      await this.connect.resume(this.name);
      this.logger.warn({ connector: this.name, states }, 'connector was paused and is resumed');
      return 'resumed';
    }
    return tasks.length > 0 && states.every((state) => state === 'RUNNING') ? 'running' : 'starting';
  }

  async #isConfigured(): Promise<boolean> {
    const current = await this.connect.configuration(this.name);
    if (current === null) return false;
    const { name: _name, ...rest } = current;
    const wanted = Object.entries(this.configuration);
    return Object.keys(rest).length === wanted.length && wanted.every(([key, value]) => rest[key] === value);
  }
}
