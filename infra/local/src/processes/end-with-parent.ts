import { config } from '../config';

const LOOK_INTERVAL_MS = 500;

/**
 * For a program started by infra/run.mjs: calls back once when that starter is gone without having said so (kill -9).
 * Started by anybody else, a program may outlive its parent, and this does nothing.
 */
export function endWithParent(onGone: () => void): void {
  const parent = process.ppid;
  if (config.starterPid !== parent) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_INTERVAL_MS);
  timer.unref();
}
