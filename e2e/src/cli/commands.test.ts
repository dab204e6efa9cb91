import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretendStart, type PretendedStart } from '../../test/pretend-start';

const INFRA = join(__dirname, '..', '..', '..', 'infra');
const COMMANDS = ['start', 'order', 'token', 'demo', 'test', 'test:full', 'bench', 'check'];

/** A checkout that has nothing but what the commands begin with: whoever installs, builds or starts anything here fails. */
let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'payment-commands-'));
  mkdirSync(join(checkout, 'infra'));
  cpSync(join(INFRA, 'run.mjs'), join(checkout, 'infra', 'run.mjs'));
  cpSync(join(INFRA, 'run'), join(checkout, 'infra', 'run'), { recursive: true });
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const script = join(checkout, 'infra', 'run.mjs');
  const options = { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, command, ...args], options);
  return { status, stdout, stderr };
}

describe('a command', () => {
  it.each(COMMANDS)('%s explains itself on standard output before anything is installed', (command) => {
    const { status, stdout, stderr } = run(command, ['--help']);
    expect(stdout).toMatch(/^Usage: npm (start|test|run \S+)/);
    expect(stdout).toMatch(/\nExamples\n {2}\S/);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').filter((line) => line.length > 125)).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['start', ['--frehs'], 'There is no option --frehs; did you mean --fresh?'],
    ['start', ['--port', 'auto'], 'There is no option --port; did you mean --ports?'],
    ['start', ['--ports', '8087'], "--ports is auto, not '8087'"],
    ['start', ['--fresh=yes'], '--fresh takes no value'],
    ['demo', ['--order', '5'], 'There is no option --order; did you mean --orders?'],
    ['demo', ['--orders', '0'], "--orders '0': from 1 to 100000"],
    ['demo', ['--orders'], '--orders wants a value: N'],
    ['demo', ['5'], "What is '5' for?"],
    ['test', ['--filtre=x'], 'There is no option --filtre; did you mean --filter?'],
    ['check', ['--fix'], 'There is no option --fix; it has none'],
    ['bench', ['--fast'], 'There is no option --fast; there are --quick, --json'],
    ['token', ['--role', 'boss'], "--role is one of USER, ADMIN, SERVICE, not 'boss'"],
    ['order', [], '--id ORDER_ID is missing\n--amount KRW is missing'],
    ['order', ['--id', '1', '--amount', '15,000'], "--amount '15,000': write it without separators: 15000"],
    ['order', ['--id', '1', '--amount', '15.000'], "--amount '15.000': write it without separators: 15000"],
    ['order', ['--id', '1', '--amount', '10.5'], "--amount '10.5': a whole number, without a fraction"],
    ['order', ['--id', '1', '--amount', '-1000'], "--amount '-1000': from 0 on, and this is less"],
    ['order', ['--id', '1', '--amount', '1000원'], "--amount '1000원': digits alone, without a unit: 1000"],
    ['order', ['--id', '1', '--amount', ' '], "--amount ' ': this is empty; write a whole number"],
    ['order', ['--id', '1', '--amount', '9007199254740992'], 'from 0 to 9007199254740991'],
    ['order', ['--id', '0', '--amount', '1'], "--id '0': from 1 to 9223372036854775807"],
    ['order', ['--id', '9223372036854775808', '--amount', '1'], 'from 1 to 9223372036854775807'],
    ['order', ['--id', '0x10', '--amount', '1'], "--id '0x10': write it in decimal digits"],
    ['order', ['--id', '1', '--amount', '1', '--user', 'me'], "--user 'me': a whole number in decimal digits"],
  ])('%s %j ends with 2 and says what is wrong', (command, args, message) => {
    const { status, stdout, stderr } = run(command, args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\n\nUsage: npm .*\nMore with: npm .* -- --help\n$/);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('tells whoever forgot the two dashes before an option, which npm then takes for itself', () => {
    const { status, stderr } = run('start', [], { npm_config_fresh: 'true' });
    expect(stderr).toContain('npm took --fresh for itself; write -- before it: npm start -- --fresh');
    expect(status).toBe(2);
  });
});

describe('npm start, before it installs anything', () => {
  const servers: Server[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed)))));

  async function takenPort(host: string): Promise<string> {
    const server = createServer().listen(0, host);
    servers.push(server);
    await once(server, 'listening');
    return String((server.address() as AddressInfo).port);
  }

  it('names every port that is taken, on whatever address, and its owner', async () => {
    const [api, relay] = [await takenPort('127.0.0.1'), await takenPort('::1')];
    const env = { SERVER_PORT: api, OUTBOX_RELAY_OPS_PORT: relay };
    const { status, stderr } = run('start', ['--ports', 'auto'], env);
    const words = `process ${process.pid}: `;
    expect(stderr).toContain(`${api}  for confirm-api   is taken by ${words}`);
    expect(stderr).toContain(`${relay}  for outbox-relay  is taken by ${words}`);
    expect(stderr).toContain('npm start -- --ports auto');
    expect(status).toBe(1);
  });

  it.each([
    [{ SERVER_PORT: 'http' }, "SERVER_PORT is 'http', and a port is a number from 1 to 65535"],
    [{ SERVER_PORT: '65536' }, "SERVER_PORT is '65536'"],
    [{ SERVER_PORT: '4001', TOSS_SANDBOX_PORT: '4001' }, 'TOSS_SANDBOX_PORT and SERVER_PORT are both 4001'],
  ])('refuses the ports of %j', (env, message) => {
    const { status, stderr } = run('start', ['--ports', 'auto'], env);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it.each(['start', 'demo', 'test'])(
    'says what is missing on a machine with Node alone, and how to get it: %s',
    (command) => {
      const bin = join(checkout, 'bin');
      rmSync(bin, { recursive: true, force: true });
      mkdirSync(bin);
      symlinkSync(process.execPath, join(bin, 'node'));
      const args = command === 'start' ? ['--ports', 'auto'] : [];
      const { status, stderr } = run(command, args, { PATH: bin });
      expect(stderr).toMatch(/^Missing on this machine: Java 17 or later \(java\).*, Maven 3\.8 or later \(mvn\)/);
      expect(stderr).toContain('JAVA_HOME');
      expect(stderr).toContain('SPRING_KAFKA_BOOTSTRAP_SERVERS');
      expect(status).toBe(1);
    },
  );
});

describe('a command beside a running npm start', () => {
  const SYSTEM = { apiUrl: 'http://127.0.0.1:18087', sandboxUrl: 'http://127.0.0.1:18090' };
  let start: PretendedStart;
  beforeAll(async () => {
    start = await pretendStart(SYSTEM);
  });
  afterAll(() => start.end());

  it('is told where it is, and how to have a second one', () => {
    const { status, stderr } = run('start', [], { PAYMENT_LOCAL_DIR: start.folder });
    expect(stderr).toContain(
      `npm start is running already, at ${SYSTEM.apiUrl} (Toss sandbox at ${SYSTEM.sandboxUrl}): process ${start.pid}, data in ${start.folder}`,
    );
    expect(stderr).toContain('npm start -- --ports auto');
    expect(status).toBe(1);
  });

  it('waits for no start that is on its way, and believes in none whose process is another or gone', () => {
    const env = { PAYMENT_LOCAL_DIR: start.folder };
    const order = () => run('order', ['--id', '1', '--amount', '1'], env);
    start.write({ pid: start.pid });
    expect(order().stderr).toContain('npm start is not ready yet');
    expect(run('token', [], env).status).toBe(1);
    start.write({ pid: process.pid, ...SYSTEM });
    expect(order().stderr).toContain(`No npm start is running with its data in ${start.folder}`);
    start.write({ pid: 2 ** 22 + 1, ...SYSTEM });
    expect(order()).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('begin with npm start') });
  });
});
