import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 20;

/** Waits for a condition; the test's own deadline ends the wait. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(INTERVAL_MS);
}
