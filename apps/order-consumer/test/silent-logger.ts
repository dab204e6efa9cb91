import { createLogger } from '@koosco/payment-observability';

export const silentLogger = createLogger({
  service: 'test',
  level: 'silent',
  destination: { write: () => undefined },
});
