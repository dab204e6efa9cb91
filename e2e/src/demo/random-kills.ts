import { setTimeout as sleep } from 'node:timers/promises';
import { type PaymentSystem } from '../system/payment-system';

/** Long enough for most of them to be back before the next one goes, short enough for many in a run. */
const PAUSE_MS_MIN = 2_000;
const PAUSE_MS_MAX = 5_000;

/** Kills one process after the other, as `kill -9` does, until `signal` aborts; each is started again by its supervisor. */
export async function killAtRandom(
  { processes }: Pick<PaymentSystem, 'processes'>,
  onKill: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const pause = () => PAUSE_MS_MIN + Math.random() * (PAUSE_MS_MAX - PAUSE_MS_MIN);
  while (await hasPassed(pause(), signal)) {
    const running = processes.filter(({ pid }) => pid !== undefined);
    const victim = running[Math.floor(Math.random() * running.length)];
    if (victim === undefined) continue;
    onKill(`killing ${victim.name}`);
    await victim.kill('SIGKILL');
  }
}

async function hasPassed(durationMs: number, signal: AbortSignal): Promise<boolean> {
  await sleep(durationMs, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
