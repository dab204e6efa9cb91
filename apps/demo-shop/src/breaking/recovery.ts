import { setTimeout as sleep } from 'node:timers/promises';
import { type SystemWatch } from '../behind/system-watch';
import { type MortalProcess } from '../surroundings';
import { type Telling } from './break-run';

const LOOK_INTERVAL_MS = 50;

/** Resolves once this holds; what throws does not hold yet. @throws the reason of `signal`. */
export async function until(holds: () => Promise<boolean> | boolean, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await holds()) return;
    } catch {
      // What is asked may be what was killed.
    }
    await sleep(LOOK_INTERVAL_MS, undefined, { signal });
  }
}

/** Kills it as a crash would, and tells what follows until nothing of it is left. */
export async function killAndWatch(process: MortalProcess, watch: SystemWatch, telling: Telling): Promise<void> {
  const { signal, step } = telling;
  const { pid, name } = process;
  await process.kill();
  step('killed', { name, pid: pid ?? 0 });
  await until(() => process.pid !== undefined && process.pid !== pid, signal);
  step('started-again', { name, pid: process.pid ?? 0 });
  await until(() => watch.isReady(name), signal);
  step('ready', { name });
  await allIsWell(watch, telling);
}

/** Every worker and the connector ready, nothing unresolved, every event on Kafka. */
export async function allIsWell(watch: SystemWatch, { signal, step }: Telling): Promise<void> {
  const needed = ['confirm-api', 'order-consumer', 'outbox-relay', 'connect'];
  await until(async () => (await Promise.all(needed.map((name) => watch.isReady(name)))).every(Boolean), signal);
  await until(async () => {
    const { attempts, refunds, unapplied, events } = await watch.waiting();
    return attempts.count + refunds.count + unapplied.count + events.count === 0;
  }, signal);
  step('nothing-open');
}
