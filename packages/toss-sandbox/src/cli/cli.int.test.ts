import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { documentedMerchant } from '../state/merchant-keys';

const bin = join(__dirname, '..', '..', 'bin', 'toss-sandbox.cjs');

const examiner = join(dirname(require.resolve('@koosco/toss-conformance')), 'main.js');

describe('toss-sandbox on the command line', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toss-sandbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => runScript(bin, args);

  function runScript(script: string, args: readonly string[]) {
    const child = spawn(process.execPath, [script, ...args]);
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, output }));
    const printed = async (text: string) => {
      while (!output.includes(text) && child.exitCode === null) {
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    };
    return { child, ended, printed, output: () => output };
  }

  it('prints its URLs and keys, and ends on SIGTERM with everything closed', async () => {
    const { child, ended, printed } = run('--port', '0', '--data', folder);
    await printed('test_sk_');
    expect(existsSync(join(folder, 'sandbox.pid'))).toBe(true);
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toContain(join(folder, 'ledger.jsonl'));
    for (const { clientKey, secretKey } of documentedMerchant.keys) {
      expect(output).toContain(clientKey);
      expect(output).toContain(secretKey);
    }
    expect(existsSync(join(folder, 'sandbox.pid'))).toBe(false);
  });

  it('names the port when it is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, output } = await run('--port', String(port)).ended;
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken`);
  });

  it.each([
    ['a data folder that is a file', ['--data', 'FILE'], 'cannot be written'],
    ['a live key', ['--merchant', 'shop:live_gck_a:live_gsk_b'], 'is a live key'],
    ['keys of two families', ['--merchant', 'shop:test_gck_a:test_sk_b'], 'different families'],
    ['an unknown switch', ['--switch', 'noSuchSwitch=on'], 'No switch is called noSuchSwitch'],
    ['an unknown option', ['--prot', '1'], "Unknown option '--prot'"],
    ['a seed that is none', ['--seed', 'x'], '--seed is a whole number'],
  ])('refuses %s in one clear line, without a key in it', async (_name, args, message) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, output } = await run(...args.map((arg) => (arg === 'FILE' ? file : arg)), '--port', '0').ended;
    expect(code).toBe(1);
    expect(output.split('\n')[0]).toContain(message);
    expect(output).not.toContain('live_gsk_b');
  });

  it('is examined at its URL by a tool of its own, says what it skipped, and fails when something is wrong', async () => {
    const sandbox = run('--port', '0', '--clock', 'virtual');
    await sandbox.printed('keys accepted');
    const url = /http:\/\/[^\s/]+/.exec(sandbox.output())![0];
    const { clientKey, secretKey } = documentedMerchant.keys[0]!;
    const whole = await runScript(examiner, ['--url', url, '--secret-key', secretKey, '--client-key', clientKey]).ended;
    expect([whole.code, /\d+ passed, 0 failed, 0 skipped/.test(whole.output)]).toEqual([0, true]);
    const wrong = await runScript(examiner, ['--url', url, '--secret-key', 'test_gsk_nobody']).ended;
    expect([wrong.code, /, [1-9]\d* failed, [1-9]\d* skipped/.test(wrong.output)]).toEqual([1, true]);
    expect(wrong.output).toContain('are skipped');
    const lost = await runScript(examiner, ['--url', url]).ended;
    expect([lost.code, lost.output.split('\n')[0]]).toEqual([1, 'toss-conformance: it wants --url and --secret-key']);
    const nobody = await runScript(examiner, ['--url', 'http://127.0.0.1:1', '--secret-key', secretKey]).ended;
    expect([nobody.code, nobody.output.split('\n')[0]]).toEqual([1, expect.stringContaining('fetch failed')]);
    sandbox.child.kill('SIGTERM');
    await sandbox.ended;
  });
});
