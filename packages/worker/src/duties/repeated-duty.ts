import { type Logger } from '@koosco/payment-telemetry';
import { type Duty } from './duty';
import { repeat } from './repeat';

/** A duty that is one round after the other. A round that fails is logged, and the next one comes all the same. */
export function repeatedDuty(duty: {
  readonly name: string;
  /** From the end of a round to the beginning of the next. */
  readonly intervalMs: number;
  readonly round: () => Promise<void>;
  /** Waits for what rounds have begun and not waited for. */
  readonly drain?: () => Promise<void>;
  readonly logger: Logger;
}): Duty {
  const { name, intervalMs, round, drain, logger } = duty;
  return {
    name,
    async run(signal) {
      await repeat({ name, intervalMs: () => intervalMs, logger, signal, round });
      await drain?.();
    },
  };
}
