import { describe, expect, it } from '@jest/globals';
import { scriptedWorker } from '../test/scripted-worker';

describe('a worker process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains on %s and exits with 0', async (signal) => {
    const { code, messages } = await scriptedWorker(
      `const lifecycle = workerWith();
       lifecycle.run(async () => {
         const timer = setInterval(() => undefined, 1000);
         lifecycle.onShutdown('consumer', async () => { await null; logger.info('last record committed'); });
         logger.info('ready');
       });`,
      { ready: signal },
    );
    expect(code).toBe(0);
    expect(messages).toEqual([
      'ready',
      'shutdown begins',
      'last record committed',
      'shutdown step done',
      'shutdown ends',
    ]);
  });

  it('stops waiting for a dependency on SIGTERM and exits with 0', async () => {
    const { code, messages } = await scriptedWorker(
      `const lifecycle = workerWith();
       lifecycle.run(async () => {
         lifecycle.onShutdown('ops server', () => logger.info('closed'));
         const attempt = () => Promise.reject(new Error('refused'));
         await waitFor({ name: 'database', attempt, signal: lifecycle.signal, logger });
       });`,
      { 'waiting for database': 'SIGTERM' },
    );
    expect(code).toBe(0);
    expect(messages).toContain('closed');
    expect(messages).not.toContain('start failed');
  });

  it('exits with 1 at the deadline and names what hung', async () => {
    const { code, lines } = await scriptedWorker(
      `const lifecycle = workerWith({ deadlineMs: 1 });
       lifecycle.onShutdown('database', () => undefined);
       lifecycle.onShutdown('consumer', () => new Promise(() => undefined));
       setInterval(() => undefined, 1000);
       logger.info('ready');`,
      { ready: 'SIGTERM' },
    );
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ hung: 'consumer', notReached: ['database'] });
  });

  it('exits with 1 when a step of the shutdown throws', async () => {
    const { code } = await scriptedWorker(
      `const lifecycle = workerWith();
       lifecycle.onShutdown('consumer', () => { throw new Error('no leader'); });
       setInterval(() => undefined, 1000);
       logger.info('ready');`,
      { ready: 'SIGTERM' },
    );
    expect(code).toBe(1);
  });

  it('exits with 1 at once on a second signal', async () => {
    const { code, messages } = await scriptedWorker(
      `const lifecycle = workerWith();
       lifecycle.onShutdown('consumer', () => { logger.info('closing'); return new Promise(() => undefined); });
       setInterval(() => undefined, 1000);
       logger.info('ready');`,
      { ready: 'SIGINT', closing: 'SIGINT' },
    );
    expect(code).toBe(1);
    expect(messages.at(-1)).toBe('second signal: exit without draining');
  });

  it('closes what a failed start opened and exits with 1', async () => {
    const { code, messages } = await scriptedWorker(
      `const lifecycle = workerWith();
       lifecycle.run(async () => {
         lifecycle.onShutdown('ops server', () => logger.info('closed'));
         setInterval(() => undefined, 1000);
         throw new Error('no migrations');
       });`,
    );
    expect(code).toBe(1);
    expect(messages).toEqual(['start failed', 'shutdown begins', 'closed', 'shutdown step done', 'shutdown ends']);
  });

  it.each([
    ['an unhandled rejection', `Promise.reject(new Error('lost'));`],
    ['an uncaught exception', `setImmediate(() => { throw new Error('lost'); });`],
  ])('logs %s and exits with 1', async (what, script) => {
    const { code, lines } = await scriptedWorker(`workerWith(); setInterval(() => undefined, 1000); ${script}`);
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ level: 'fatal', msg: what.replace(/^an /, ''), err: { message: 'lost' } }]);
  });

  it('flushes a log destination that buffers before it exits', async () => {
    const { code, messages } = await scriptedWorker(
      `const buffer = [];
       const destination = {
         write: (line) => buffer.push(line),
         flush: (done) => setImmediate(() => process.stdout.write(buffer.join(''), done)),
       };
       workerWith({ logger: createLogger({ service: 'worker', level: 'info', destination }) });
       setInterval(() => undefined, 1000);
       logger.info('ready');`,
      { ready: 'SIGTERM' },
    );
    expect(code).toBe(0);
    expect(messages).toEqual(['ready', 'shutdown begins', 'shutdown ends']);
  });

  it('exits although the log destination never finishes flushing', async () => {
    const { code } = await scriptedWorker(
      `const destination = { write: () => undefined, flush: () => undefined };
       workerWith({ logger: createLogger({ service: 'worker', level: 'info', destination }) });
       setInterval(() => undefined, 1000);
       logger.info('ready');`,
      { ready: 'SIGTERM' },
    );
    expect(code).toBe(0);
  });
});
