import { runWorker } from '@koosco/payment-worker';
import { compose } from './composition-root';
import { loadConfig } from './config';
import { tokens } from './tokens';

void runWorker({
  name: 'confirm-api',
  heapGrowingPercent: 50,
  loadConfig,
  compose: (config, logger, lifecycle) => compose(config, logger, lifecycle).resolve(tokens.worker),
});
