import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle } from '@koosco/payment-worker';
import { loadConfig } from './config';
import { startConfirmApi } from './start-confirm-api';

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ service: 'confirm-api', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle({ logger });
  lifecycle.installSignalHandlers();
  await lifecycle.run(async () => {
    await startConfirmApi(config, logger, lifecycle);
  });
}

main().catch((error: unknown) => {
  // Before there is a logger there is only the configuration to complain about.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
