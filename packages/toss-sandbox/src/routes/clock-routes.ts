import { z } from 'zod';
import { koreanMillis } from '../korean-time';
import { type SandboxClock } from '../state/sandbox-clock';
import { json, withBody, type ControlRoute } from './control-route';

/** Time, as the sandbox has it. */
export const clockRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/clock',
    summary: 'The time on the sandbox clock',
    handle: (_request, { state }) => json(reading(state.clock)),
  },
  withBody({
    method: 'POST',
    path: '/__sim/clock/advance',
    summary: 'Move the clock forward; answers when everything due on the way has happened',
    body: z.strictObject({ ms: z.int().min(0) }),
    handle: async ({ body }, { state, timetable }) => {
      await timetable.advance(body.ms);
      timetable.wake();
      return json(reading(state.clock));
    },
  }),
];

const reading = (clock: SandboxClock) => {
  const nowMs = clock.nowMs();
  return { mode: clock.mode, nowMs, now: koreanMillis(nowMs) };
};
