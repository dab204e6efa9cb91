import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until it is so; the test's own timeout is the limit. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
