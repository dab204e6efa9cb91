import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { Lifecycle } from './lifecycle';

function lifecycleWithLines(deadlineMs = 20_000) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'test', level: 'info', destination });
  return { lifecycle: new Lifecycle({ logger, deadlineMs }), lines };
}

describe('Lifecycle.shutdown', () => {
  it('aborts the signal, then closes in reverse order, one at a time, and logs each step with its duration', async () => {
    const { lifecycle, lines } = lifecycleWithLines();
    const events: string[] = [];
    lifecycle.signal.addEventListener('abort', () => events.push('abort'));
    for (const name of ['ops server', 'database', 'consumer']) {
      lifecycle.onShutdown(name, async () => {
        events.push(`close ${name}`);
        await Promise.resolve();
        events.push(`${name} closed`);
      });
    }
    expect(await lifecycle.shutdown('test')).toEqual({ kind: 'drained' });
    expect(events).toEqual([
      'abort',
      ...['consumer', 'database', 'ops server'].flatMap((name) => [`close ${name}`, `${name} closed`]),
    ]);
    expect(lines.filter(({ step }) => step !== undefined)).toMatchObject([
      { step: 'consumer', durationMs: expect.any(Number) },
      { step: 'database', durationMs: expect.any(Number) },
      { step: 'ops server', durationMs: expect.any(Number) },
    ]);
  });

  it('closes the rest when a step throws, and names that step', async () => {
    const { lifecycle } = lifecycleWithLines();
    const closed: string[] = [];
    lifecycle.onShutdown('database', () => void closed.push('database'));
    lifecycle.onShutdown('consumer', () => {
      throw new Error('no leader');
    });
    expect(await lifecycle.shutdown('test')).toEqual({ kind: 'failed', failed: ['consumer'] });
    expect(closed).toEqual(['database']);
  });

  it('names what hung and what was not reached when the deadline passes', async () => {
    const { lifecycle, lines } = lifecycleWithLines(1);
    for (const name of ['ops server', 'database']) lifecycle.onShutdown(name, () => undefined);
    lifecycle.onShutdown('consumer', () => new Promise(() => undefined));
    const outcome = { hung: 'consumer', notReached: ['database', 'ops server'] };
    expect(await lifecycle.shutdown('test')).toEqual({ kind: 'deadline', ...outcome });
    expect(lines.at(-1)).toMatchObject({ level: 'error', ...outcome });
  });

  it('happens once and has one outcome, however often it is asked for', async () => {
    const { lifecycle } = lifecycleWithLines();
    lifecycle.onShutdown('consumer', () => {
      throw new Error('no leader');
    });
    const outcomes = await Promise.all([lifecycle.shutdown('first'), lifecycle.shutdown('second')]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
  });

  it('waits for a start under way and closes what that start still opened', async () => {
    const { lifecycle } = lifecycleWithLines();
    const events: string[] = [];
    let finishOpening: () => void = () => undefined;
    const opening = new Promise<void>((resolve) => (finishOpening = resolve));
    const running = lifecycle.run(async () => {
      lifecycle.onShutdown('ops server', () => void events.push('ops server closed'));
      await opening;
      events.push('database opened');
      lifecycle.onShutdown('database', () => void events.push('database closed'));
      lifecycle.signal.throwIfAborted();
    });
    const shutdown = lifecycle.shutdown('test');
    finishOpening();
    expect(await shutdown).toEqual({ kind: 'drained' });
    await running;
    expect(events).toEqual(['database opened', 'database closed', 'ops server closed']);
  });
});
