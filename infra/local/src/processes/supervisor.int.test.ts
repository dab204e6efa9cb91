import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from './ports';
import { identify, isAlive } from './process-identity';
import { type ProcessSpec } from './process-spec';
import { StartFailure } from '../start-failure';
import { Supervisor } from './supervisor';
import { until } from '../../test/until';

const SERVER = `
  require('node:http').createServer((_, response) => response.end(String(process.pid)))
    .listen(Number(process.env.PORT), '127.0.0.1');`;

describe('Supervisor', () => {
  let folder: string;
  let supervisor: Supervisor;
  let lines: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'supervisor-test-'));
    lines = [];
    supervisor = await Supervisor.open({ onProgress: (line) => lines.push(line) });
  });
  afterEach(async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function worker(script: string, options: Partial<ProcessSpec> = {}): Promise<ProcessSpec> {
    const port = await freePort();
    return {
      name: 'worker',
      command: process.execPath,
      args: ['-e', script],
      env: { PORT: String(port), PASSWORD: 'hunter2' },
      logFile: join(folder, 'worker.log'),
      readiness: { url: `http://127.0.0.1:${port}/` },
      ...options,
    };
  }

  it('resolves once the address answers, with the very process that answers', async () => {
    const spec = await worker(SERVER);
    const managed = await supervisor.start(spec);
    expect(await (await fetch((spec.readiness as { url: string }).url)).text()).toBe(String(managed.pid));
  });

  it('gives a process the environment it was told, and nothing else', async () => {
    await supervisor.start(await worker(`${SERVER} console.log(Object.keys(process.env).sort().join());`));
    expect(readFileSync(join(folder, 'worker.log'), 'utf8').trim()).toMatch(/^PASSWORD,PORT(,PWD|,SHLVL|,_)*$/);
  });

  it('kills a process that ignores SIGTERM, with the children it had', async () => {
    const spec = await worker(
      `const child = require('node:child_process').spawn('sleep', ['1000']);
       console.log(child.pid); process.on('SIGTERM', () => {}); ${SERVER}`,
      { stopTimeoutMs: 100 },
    );
    const managed = await supervisor.start(spec);
    const own = identify(managed.pid!)!;
    const child = identify(Number(readFileSync(spec.logFile, 'utf8')))!;
    await supervisor.stop();
    await until(() => Promise.resolve(!isAlive(own) && !isAlive(child)));
  });

  it('stops a process that is frozen', async () => {
    const goodbye = "process.on('SIGTERM', () => { console.log('goodbye'); process.exit(); });";
    const managed = await supervisor.start(await worker(`${goodbye} ${SERVER}`));
    managed.pause();
    await supervisor.stop();
    expect(managed.pid).toBeUndefined();
    expect(readFileSync(managed.logFile, 'utf8')).toBe('goodbye\n');
  });

  it('ends the children of a process that died alone', async () => {
    const managed = await supervisor.start(
      await worker(`console.log(require('node:child_process').spawn('sleep', ['1000']).pid); ${SERVER}`),
    );
    const child = identify(Number(readFileSync(managed.logFile, 'utf8')))!;
    process.kill(managed.pid!, 'SIGKILL');
    await until(() => Promise.resolve(!isAlive(child)));
  });

  it('reports a command that does not exist', async () => {
    const start = supervisor.start(await worker(SERVER, { command: 'no-such-command' }));
    await expect(start).rejects.toThrow(
      /^worker did not start: it ended \(exit code 127\)[^]*no-such-command: not found/,
    );
  });

  it('gives up on a process that is never ready, with the end of its log and without the secret', async () => {
    const spec = await worker('', {
      // A shell has something to say long before that, on a machine that is busy too.
      ...{ command: '/bin/sh', args: ['-c', 'echo "password is $PASSWORD"; exec sleep 1000'] },
      startTimeoutMs: 2_000,
      secrets: ['hunter2'],
    });
    const failure = (await supervisor.start(spec).catch((error: unknown) => error)) as StartFailure;
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure.reason).toMatch(/^not ready after 2 s/);
    expect(failure.logEnd).toBe('password is ***');
    expect(supervisor.list()[0]?.pid).toBeUndefined();
  });

  it('starts again what dies, and keeps trying one that cannot live', async () => {
    const spec = await worker(
      `const fs = require('node:fs'); const file = ${JSON.stringify(join(folder, 'lives'))};
       const lives = fs.existsSync(file) ? Number(fs.readFileSync(file)) : 0;
       fs.writeFileSync(file, String(lives + 1));
       if (lives === 1 || lives === 2) process.exit(3); ${SERVER}`,
      { restart: true },
    );
    const managed = await supervisor.start(spec);
    const first = managed.pid;
    await managed.kill();
    await until(() => Promise.resolve(lines.includes('worker is back')));
    expect(readFileSync(join(folder, 'lives'), 'utf8')).toBe('4');
    expect(managed.pid).not.toBe(first);
  });

  it('runs the programs and removes the folders that were left to it, also when it is killed', async () => {
    const witness = join(folder, 'witness');
    const removed = mkdtempSync(join(folder, 'removed-'));
    const script = `
      const { Supervisor } = require(${JSON.stringify(join(__dirname, '..', '..', 'dist', 'index.js'))});
      Supervisor.open().then(async (supervisor) => {
        await supervisor.runAtEnd(['touch', ${JSON.stringify(witness)}]);
        await supervisor.removeAtEnd(${JSON.stringify(removed)});
        process.kill(process.pid, 'SIGKILL');
      });`;
    spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
    await until(() => Promise.resolve(existsSync(witness) && !existsSync(removed)));
  });

  it('does not start again what was stopped', async () => {
    const managed = await supervisor.start(await worker(SERVER, { restart: true }));
    await managed.kill();
    await until(() => Promise.resolve(lines.includes('worker ended (SIGKILL); starting it again')));
    await managed.stop();
    await supervisor.stop();
    expect(managed.pid).toBeUndefined();
    expect(lines).not.toContain('worker is back');
  });
});
