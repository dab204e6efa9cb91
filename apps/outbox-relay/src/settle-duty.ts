import { type SettleAttemptsUseCase } from '@koosco/payment-application';
import { type Logger } from '@koosco/payment-telemetry';
import { type Duty, repeat } from '@koosco/payment-worker';

/** A buyer whose worker was killed is waiting. */
const INTERVAL_MS = 500;

/** Brings attempts to their end that nobody works on. */
export class SettleDuty implements Duty {
  readonly name = 'settling attempts';

  constructor(
    private readonly settleAttempts: SettleAttemptsUseCase,
    private readonly logger: Logger,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await repeat({
      name: this.name,
      intervalMs: () => INTERVAL_MS,
      logger: this.logger,
      signal,
      round: async () => {
        await this.settleAttempts.takeDue();
      },
    });
    await this.settleAttempts.drain();
  }
}
