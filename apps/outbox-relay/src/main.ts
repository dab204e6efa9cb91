import { runWorker } from '@koosco/payment-worker';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { tokens } from './tokens';

void runWorker({
  name: 'outbox-relay',
  // It is busy only with a backlog, and holds what it has read of one.
  heapGrowingPercent: 40,
  loadConfig,
  compose: (config, logger, lifecycle) => compose(config, logger, lifecycle).resolve(tokens.worker),
});
