import { createLogger } from '@koosco/payment-telemetry';

export const silentLogger = createLogger({
  service: 'test',
  level: 'silent',
  destination: { write: () => undefined },
});
