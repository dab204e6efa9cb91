import { createLogger } from '@koosco/payment-telemetry';
import { expect, it } from '@jest/globals';
import { repeatedDuty } from './repeated-duty';

it('ends only when what its rounds have begun has ended', async () => {
  const stop = new AbortController();
  const told: string[] = [];
  let endWork: () => void = () => undefined;
  const work = new Promise<void>((resolve) => (endWork = resolve));
  const duty = repeatedDuty({
    ...{ name: 'settling', intervalMs: 1, logger: createLogger({ service: 'test', level: 'silent' }) },
    round: () => {
      told.push('round');
      stop.abort();
      return Promise.resolve();
    },
    drain: async () => {
      await work;
      told.push('drained');
    },
  });
  const ended = duty.run(stop.signal).then(() => told.push('ended'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['round']);
  endWork();
  await ended;
  expect(told).toEqual(['round', 'drained', 'ended']);
});
