import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, startStack, type Stack, Supervisor } from '@koosco/local-stack';
import { dltTopicOf, orderTopics, paymentTopics } from '@koosco/payment-contracts';
import { OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';
import { readCompose } from '../test/compose';
import { type Image, ImageBuilder } from '../test/images/image-builder';

/**
 * The Dockerfile's own lines, followed without an engine, and what is in the images then started: as a user who owns nothing,
 * who can write nowhere, from nothing but the files of the image.
 */
describe('what the images hold', () => {
  const services = readCompose().services;
  const images: Record<string, Image> = {};
  const urls: Record<string, string> = {};
  let supervisor: Supervisor;
  let folder: string;
  let stack: Stack | undefined;
  let shared: Record<string, string>;

  beforeAll(async () => {
    supervisor = await Supervisor.open();
    folder = mkdtempSync(join(tmpdir(), 'payment-images-'));
    await supervisor.removeAtEnd(folder);
    // mkdtemp lets nobody else in.
    chmodSync(folder, 0o755);
    const builder = new ImageBuilder(folder);
    const build = async (names: readonly string[]) => {
      for (const name of names) {
        const { target = '', args = {} } = services[name]?.build ?? {};
        const before = Date.now();
        images[name] = await builder.build(target, args);
        console.log(`${name}: built in ${((Date.now() - before) / 1000).toFixed(1)} s`);
      }
    };
    const topics = [...orderTopics, ...orderTopics.map(dltTopicOf), ...paymentTopics, OUTBOX_CANARY_TOPIC];
    await build(['outbox-relay']);
    const [running] = await Promise.all([
      startStack({ parts: ['mariadb', 'kafka', 'connect'], topics: topics.map((name) => ({ name, partitions: 1 })) }),
      build(['confirm-api', 'toss-sandbox']),
      build(['order-consumer', 'payctl']),
    ]);
    for (const name of ['confirm-api', 'order-consumer', 'outbox-relay', 'toss-sandbox']) {
      urls[name] = `http://127.0.0.1:${await freePort()}`;
    }
    stack = running;
    shared = { NODE_ENV: 'development', ...running.env, TOSS_BASE_URL: urls['toss-sandbox'] ?? '' };
  }, 600_000);
  afterAll(async () => {
    await supervisor.stop();
    await stack?.stop();
  });

  const isRoot = process.getuid?.() === 0;

  /** The command with which Docker would start it, as the image's user where this process may change it. */
  function commandOf(image: Image, words: readonly string[]): [string, ...string[]] {
    const [program, ...args] = words;
    if (program !== 'node') throw new Error(`${String(program)} is no node`);
    const [uid = '', gid = ''] = image.user.split(':');
    const own = [process.execPath, ...args] as [string, ...string[]];
    return isRoot ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...own] : own;
  }

  /** Runs it to its end. */
  async function run(image: Image, words: readonly string[], env: Record<string, string> = {}) {
    const [program, ...args] = commandOf(image, words);
    const child = spawn(program, args, { cwd: join(image.root, image.workdir), env: { ...image.env, ...env } });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, out, err };
  }

  async function start(name: string, readiness: string, words: readonly string[], env: Record<string, string>) {
    const image = imageOf(name);
    const [command, ...args] = commandOf(image, [...image.entrypoint, ...words]);
    const url = `${urls[name] ?? ''}${readiness}`;
    const cwd = join(image.root, image.workdir);
    const logFile = join(folder, `${name}.log`);
    return supervisor.start({ name, command, args, env: { ...image.env, ...env }, cwd, logFile, readiness: { url } });
  }

  function imageOf(name: string): Image {
    const image = images[name];
    if (image === undefined) throw new Error(`${name} was not built`);
    return image;
  }

  const portOf = (name: string) => new URL(urls[name] ?? '').port;

  it('has nothing to write to, and nobody to be', async () => {
    for (const image of Object.values(images)) {
      expect(image.user).toBe('65532:65532');
      const script = "require('fs').writeFileSync('there', '')";
      const { err } = await run(image, ['node', '-e', script]);
      if (isRoot) expect(err).toContain('EACCES');
    }
  });

  it.each(['confirm-api', 'order-consumer', 'outbox-relay', 'toss-sandbox', 'payctl'])(
    'holds for %s what runs, and neither sources nor tools',
    (name) => {
      const root = join(imageOf(name).root, imageOf(name).workdir);
      const packages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
        (path) => !path.includes('node_modules/'),
      );
      expect(packages.filter((path) => /(^|\/)(src|test)(\/|$)/.test(path))).toEqual([]);
      const installed = readdirSync(join(root, 'node_modules', '.pnpm'));
      expect(installed.filter((path) => /^(typescript|jest|turbo|@swc|@jest|playwright|eslint)/.test(path))).toEqual(
        [],
      );
    },
  );

  it('brings the database up to date with the entry of the migration job', async () => {
    const { entrypoint = [] } = services['migrate'] ?? {};
    const { code, out, err } = await run(imageOf('payctl'), entrypoint, shared);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/applied 2/);
    expect((await run(imageOf('payctl'), entrypoint, shared)).out).toContain('nothing to migrate');
  });

  it('starts everything, and everything says that it is ready and alive', async () => {
    const sandbox = ['--port', portOf('toss-sandbox')];
    await Promise.all([
      start('toss-sandbox', '/__sim/health', sandbox, {}),
      start('confirm-api', '/actuator/health/readiness', [], { ...shared, SERVER_PORT: portOf('confirm-api') }),
      start('order-consumer', '/actuator/health/readiness', [], { ...shared, OPS_PORT: portOf('order-consumer') }),
      start('outbox-relay', '/actuator/health/readiness', [], {
        ...shared,
        OPS_PORT: portOf('outbox-relay'),
        CONNECTOR_DB_PASSWORD: stack?.connect.databasePassword ?? '',
      }),
    ]);
    for (const name of Object.keys(urls)) {
      const image = imageOf(name);
      const health = new URL(image.env['HEALTH_URL'] ?? '');
      expect([Number(health.port)]).toEqual(image.ports);
      health.port = portOf(name);
      expect(await run(image, image.healthcheck, { HEALTH_URL: health.href })).toEqual({ code: 0, out: '', err: '' });
      health.port = '1';
      expect((await run(image, image.healthcheck, { HEALTH_URL: health.href })).code).toBe(1);
    }
  });

  it('tells with payctl that all of it is well', async () => {
    const image = imageOf('payctl');
    expect(await run(image, [...image.entrypoint, '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('explain'),
    });
    const workers = ['confirm-api', 'order-consumer', 'outbox-relay'].map((name) => urls[name]).join(',');
    const health = await run(image, [...image.entrypoint, 'health'], { ...shared, PAYCTL_WORKERS: workers });
    expect(health).toMatchObject({ code: 0, err: '' });
  });

  it('drains when it is told to stop', async () => {
    for (const name of ['confirm-api', 'order-consumer', 'outbox-relay']) {
      const rss = /^process_resident_memory_bytes (\d+)/m.exec(
        await (await fetch(`${urls[name] ?? ''}/actuator/prometheus`)).text(),
      )?.[1];
      console.log(name, 'resident', Number(rss) / 2 ** 20);
    }
    for (const worker of supervisor.list()) {
      const isWorker = worker.name !== 'toss-sandbox';
      await worker.stop();
      if (isWorker) expect(readFileSync(worker.logFile, 'utf8')).toMatch(/"failed":\[\].*shutdown ends/);
    }
  });
});
