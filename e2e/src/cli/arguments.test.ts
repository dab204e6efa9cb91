import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Runs a program with arguments that must not get it as far as starting anything. */
function run(program: 'demo' | 'order' | 'start', args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const main = join(__dirname, '..', '..', 'dist', 'cli', `${program}.js`);
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, _stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stderr });
    });
  });
}

describe('npm run demo', () => {
  it.each([
    ['--orders', '0'],
    ['--orders', '1.5'],
    ['--orders', 'many'],
    ['--orders', '100001'],
    ['--json'],
    ['--fast'],
    ['5'],
  ])('shows its usage and ends with 2 when told %s %s', async (...args) => {
    const { code, stderr } = await run(
      'demo',
      args.filter((arg) => typeof arg === 'string'),
    );
    expect(stderr).toMatch(/^Usage: npm run demo/);
    expect(code).toBe(2);
  });
});

describe('npm start', () => {
  it('shows its usage and ends with 2 when it does not know an option', async () => {
    const { code, stderr } = await run('start', ['--frehs']);
    expect(stderr).toMatch(/^Usage: npm start/);
    expect(code).toBe(2);
  });
});

describe('npm run order', () => {
  it.each([
    [[]],
    [['--id', '1']],
    [['--id', 'one', '--amount', '1000']],
    [['--id', '1', '--amount', '10.5']],
    [['--id', '', '--amount', '1000']],
    [['--id', '1', '--amount', ' ']],
    [['--id', '0', '--amount', '1000']],
    [['--id', '1', '--amount=-1000']],
    [['--id', '0x10', '--amount', '1000']],
    [['--id', '9223372036854775808', '--amount', '1000']],
    [['--id', '1', '--amount', '1000', '--user', 'me']],
  ])('shows its usage when told %j', async (args) => {
    const { code, stderr } = await run('order', args);
    expect(stderr).toMatch(/^Usage: npm run order/);
    expect(code).toBe(1);
  });
});
