import { type Database } from '@koosco/payment-db';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, repeat } from '@koosco/payment-worker';
import { type RelayMetrics } from './relay-metrics';

/** More often than metrics are scraped, as a rule. */
const INTERVAL_MS = 5_000;

/** Counts what is pending, so that a scrape needs no database. */
export class CountDuty implements Duty {
  readonly name = 'counting what is pending';

  constructor(
    private readonly database: Pick<Database, 'outbox' | 'unappliedCharges'>,
    private readonly metrics: RelayMetrics,
    private readonly logger: Logger,
  ) {}

  run(signal: AbortSignal): Promise<void> {
    return repeat({
      name: this.name,
      intervalMs: () => INTERVAL_MS,
      logger: this.logger,
      signal,
      round: () => this.metrics.count(this.database),
    });
  }
}
