import { OUTBOX_CANARY_TOPIC, type OutboxCanary } from '@koosco/payment-db';
import { type KafkaClient, requireTopics } from '@koosco/payment-kafka';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, repeat, waitFor } from '@koosco/payment-worker';
import { type RelayMetrics } from '../relay-metrics';

/** However long the patience is. */
const INTERVAL_MS_MAX = 5_000;
/** While none comes back: this soon, and later and later, but so often that whoever waits for the next one need not wait for long. */
const EAGER_INTERVAL_MS = 250;
const EAGER_INTERVAL_MS_MAX = 1_000;

export interface CanaryDutyOptions {
  readonly canary: OutboxCanary;
  readonly how: Parameters<OutboxCanary['send']>[1];
  /** Ready while the newest one that has come back is no older. At least three are sent in this time. */
  readonly freshMs: number;
  readonly kafka: KafkaClient;
  readonly metrics: Pick<RelayMetrics, 'setCanaryAge'>;
  readonly logger: Logger;
}

/**
 * Sends events that nobody waits for the way of all others, which is how it is known that those would arrive. Of several relays
 * one sends in an interval.
 */
export class CanaryDuty implements Duty {
  readonly name = 'sending canaries';
  readonly readiness = {
    component: 'outbox',
    check: () => Promise.resolve({ status: this.#isFresh ? ('UP' as const) : ('DOWN' as const) }),
  };
  #isFresh = false;
  #eagerIntervalMs = EAGER_INTERVAL_MS;

  constructor(private readonly options: CanaryDutyOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    const { kafka, logger } = this.options;
    // One for a topic that is not there would hold up the events behind it.
    const attempt = () => requireTopics(kafka, [OUTBOX_CANARY_TOPIC]);
    await waitFor({ name: 'kafka', attempt, signal, logger });
    await repeat({ name: this.name, intervalMs: () => this.#intervalMs, logger, signal, round: () => this.#round() });
  }

  get #intervalMs(): number {
    return Math.min(this.#isFresh ? INTERVAL_MS_MAX : this.#eagerIntervalMs, this.options.freshMs / 3);
  }

  async #round(): Promise<void> {
    const { canary, how, freshMs, metrics } = this.options;
    try {
      // A little less than the interval, or whoever comes a millisecond early would let a whole one pass.
      await canary.send(Math.floor(this.#intervalMs * 0.8), how);
      const { canaryAgeMs } = await canary.pulse();
      metrics.setCanaryAge(canaryAgeMs);
      this.#isFresh = canaryAgeMs !== null && canaryAgeMs <= freshMs;
      this.#eagerIntervalMs = Math.min(this.#eagerIntervalMs * 2, EAGER_INTERVAL_MS_MAX);
    } catch (error) {
      this.#isFresh = false;
      throw error;
    }
  }
}
