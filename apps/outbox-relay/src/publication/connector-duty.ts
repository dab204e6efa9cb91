import { type Logger } from '@koosco/payment-telemetry';
import { type Duty } from '@koosco/payment-worker';
import { type ConnectorCare, type OutboxConnector } from '../adapters/kafka-connect/outbox-connector';
import { type RelayMetrics } from '../relay-metrics';
import { repeatUnlessRefused } from './repeat-unless-refused';

/** Often enough to mend what broke before anybody waits for it; a connector on its way up is looked at more often. */
const INTERVAL_MS = 3_000;
const STARTING_INTERVAL_MS = 500;

/** What it does besides is in the readiness of the outbox. */
const RUNS: ReadonlySet<ConnectorCare> = new Set(['running', 'sent_again', 'reader_behind', 'stuck']);

/** Keeps the Debezium connector registered, running and moving. */
export class ConnectorDuty implements Duty {
  readonly name = 'looking after the connector';
  readonly readiness = {
    component: 'connector',
    check: () => Promise.resolve({ status: this.#isRunning ? ('UP' as const) : ('DOWN' as const) }),
  };
  #isRunning = false;

  constructor(
    private readonly connector: OutboxConnector,
    /** @throws RelayModeRefused where somebody else brings these events to Kafka. */
    private readonly requireMode: () => Promise<void>,
    private readonly metrics: RelayMetrics,
    private readonly logger: Logger,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await repeatUnlessRefused({
      name: this.name,
      intervalMs: () => (this.#isRunning ? INTERVAL_MS : STARTING_INTERVAL_MS),
      logger: this.logger,
      signal,
      round: () => this.#look(),
    });
  }

  async #look(): Promise<void> {
    try {
      await this.requireMode();
      const care = await this.connector.lookAfter();
      this.metrics.countConnectorCheck(care);
      this.#isRunning = RUNS.has(care);
    } catch (error) {
      this.#isRunning = false;
      this.metrics.countConnectorCheck('failed');
      throw error;
    }
  }
}
