import { setImmediate } from 'node:timers/promises';

/** The steps of a codec, each short. Between two of them, anything else may happen in the process. */
export type Unpacking<Result = Buffer> = Generator<undefined, Result>;

/** A heartbeat or a health check waits for one turn. */
const TURN_MS = 10;

/** Goes through all steps, and lets the rest of the process have its turn in between. */
export async function unpackInTurns<Result>(steps: Unpacking<Result>): Promise<Result> {
  for (let endsAt = performance.now() + TURN_MS; ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < endsAt) continue;
    await setImmediate();
    endsAt = performance.now() + TURN_MS;
  }
}
