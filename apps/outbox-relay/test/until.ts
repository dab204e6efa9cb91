import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again until it is so; the test's own time limit ends it when it never is. What throws is not so yet. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      if (await condition()) return;
    } catch {
      // A server that is on its way up.
    }
    await sleep(50);
  }
}
