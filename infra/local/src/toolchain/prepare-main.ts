// Fetches and unpacks the servers ahead of time, so that no test waits for a download.
import { ensureRuntime } from './runtime';

ensureRuntime((line) => console.log(line)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
