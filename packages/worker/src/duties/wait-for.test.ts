import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@koosco/payment-telemetry';
import { waitFor } from './wait-for';

function loggerWithLines() {
  const lines: { level: string; msg: string; failures: number }[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { logger: createLogger({ service: 'test', level: 'info', destination }), lines };
}

describe('waitFor', () => {
  const quick = { name: 'database', retryDelayMs: 0 };

  it('returns the result of the first try that succeeds, and is silent when that is the first', async () => {
    const { logger, lines } = loggerWithLines();
    const { signal } = new AbortController();
    expect(await waitFor({ ...quick, signal, logger, attempt: () => Promise.resolve(7) })).toBe(7);
    expect(lines).toEqual([]);
  });

  it('logs the first failure, then one per ten seconds, then the success', async () => {
    const { logger, lines } = loggerWithLines();
    let tries = 0;
    const attempt = () => {
      tries += 1;
      return tries <= 25 ? Promise.reject(new Error('refused')) : Promise.resolve('connected');
    };
    // Each try fails one second after the one before.
    const now = () => tries * 1_000;
    await waitFor({ ...quick, signal: new AbortController().signal, logger, attempt, now });
    expect(lines.map(({ level, msg, failures }) => `${level} ${msg} ${failures}`)).toEqual([
      'warn waiting for database 1',
      'warn waiting for database 11',
      'warn waiting for database 21',
      'info database is there 25',
    ]);
  });

  it('rejects with the reason of the abort while a try hangs', async () => {
    const { logger, lines } = loggerWithLines();
    const controller = new AbortController();
    const hangs = () => {
      queueMicrotask(() => controller.abort(new Error('shutting down')));
      return new Promise(() => undefined);
    };
    await expect(waitFor({ ...quick, signal: controller.signal, logger, attempt: hangs })).rejects.toThrow(
      'shutting down',
    );
    // Giving up is no failure of the database.
    expect(lines).toEqual([]);
  });

  it('rejects with the reason of the abort between two tries', async () => {
    const controller = new AbortController();
    const destination = { write: () => controller.abort(new Error('shutting down')) };
    const waiting = waitFor({
      name: 'database',
      // Longer than any test may take: only the abort can end it.
      retryDelayMs: 2 ** 30,
      retryDelayMsMax: 2 ** 30,
      signal: controller.signal,
      logger: createLogger({ service: 'test', level: 'info', destination }),
      attempt: () => Promise.reject(new Error('refused')),
    });
    await expect(waiting).rejects.toThrow('shutting down');
  });

  it('does not try at all when it is aborted already', async () => {
    const { logger } = loggerWithLines();
    let tries = 0;
    const attempt = () => Promise.resolve((tries += 1));
    const signal = AbortSignal.abort(new Error('shutting down'));
    await expect(waitFor({ ...quick, signal, logger, attempt })).rejects.toThrow('shutting down');
    expect(tries).toBe(0);
  });
});
