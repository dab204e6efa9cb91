import { type OutboxCanary } from '@koosco/payment-db';
import { outboxIdOf, type RecordBatch } from '@koosco/payment-kafka';
import { type RelayMetrics } from '../../relay-metrics';

/** Of one statement. An outage may have let many gather. */
const AT_ONCE_MAX = 1_000;

/** Notes which canaries have come back from their topic. Records of anybody else's count for nothing. */
export class CanaryReader {
  constructor(
    private readonly canary: Pick<OutboxCanary, 'back'>,
    private readonly metrics: Pick<RelayMetrics, 'observeCanaries'>,
  ) {}

  /** They are noted when this returns; when it throws, give it the batch again. */
  async handle({ records }: RecordBatch): Promise<void> {
    const ids = records.flatMap((record) => outboxIdOf(record) ?? []);
    for (let from = 0; from < ids.length; from += AT_ONCE_MAX) {
      this.metrics.observeCanaries(await this.canary.back(ids.slice(from, from + AT_ONCE_MAX)));
    }
  }
}
