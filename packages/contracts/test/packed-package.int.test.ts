import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '@koosco/local-stack';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { topics } from '../src/index.js';
import { stringifyJson } from '../src/json/stringify-json.js';
import { packageRoot, sampleFiles } from './sample-files.js';

const PACKED_CODE_BYTES_MAX = 40 * 1024;
const execute = promisify(execFile);

/** A failing program says why on its standard output, which the error of Node leaves out. */
async function run(...call: [string, string[], object?]): Promise<{ stdout: string }> {
  return execute(...call).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }) as Promise<{ stdout: string }>;
}

const folder = mkdtempSync(join(tmpdir(), 'payment-contracts-'));
let tarball: string;

beforeAll(async () => {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: packageRoot });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  const bin = (name: string) => join(packageRoot, 'node_modules', '.bin', name);

  it('is clean to publint', async () => {
    const { stdout } = await run(bin('publint'), ['run', '--strict', tarball]);
    expect(stdout).toContain('All good!');
  });

  it('has the right types for every way of importing it', async () => {
    const { stdout } = await run(bin('attw'), [tarball, '--format', 'json', '--exclude-entrypoints', 'asyncapi.json']);
    const { analysis } = JSON.parse(stdout) as { analysis: { problems: unknown[] } };
    expect(analysis.problems).toEqual([]);
  });

  it('holds at most 40 KB of code, no dependency, no test, no benchmark', async () => {
    const unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    await run('tar', ['-xzf', tarball, '-C', unpacked]);
    const files = (readdirSync(unpacked, { recursive: true }) as string[]).filter((file) =>
      statSync(join(unpacked, file)).isFile(),
    );
    const bytesOf = (format: string) =>
      files
        .filter((file) => file.includes(`dist/${format}/`) && file.endsWith('.js'))
        .reduce((sum, file) => sum + statSync(join(unpacked, file)).size, 0);
    // A consumer loads one of the two; the tarball holds both, types, schemas and samples, compressed.
    expect(statSync(tarball).size).toBeLessThan(PACKED_CODE_BYTES_MAX);
    for (const format of ['esm', 'cjs']) {
      expect(bytesOf(format)).toBeGreaterThan(1024);
      expect(bytesOf(format)).toBeLessThan(PACKED_CODE_BYTES_MAX);
    }
    expect(files.filter((file) => /test|bench|scripts|tools|released|\.map$/.test(file))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(unpacked, 'package', 'package.json'), 'utf8')) as object;
    expect(manifest).not.toHaveProperty('dependencies');
  });
});

describe('a project that installs it', () => {
  const samples = sampleFiles();
  let stack: Stack<'kafka'>;

  beforeAll(async () => {
    const names = Object.values(topics);
    stack = await startStack({ parts: ['kafka'], topics: names.map((name) => ({ name, partitions: 2 })) });
    const kafka = new Kafka({ brokers: stack.kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const { event, message } of samples) {
      const topic = topics[event.replace(/\.v\d+$/, '') as keyof typeof topics];
      const { value, headers } = message;
      await producer.send({
        topic,
        messages: [{ key: 'any', value: value && Buffer.from(value), headers: headers as Record<string, Buffer> }],
      });
    }
    await producer.send({
      topic: topics['order.placed'],
      messages: [{ value: '{"type":"order.placed"' }, { value: null }, { value: '{"type":"order.shipped"}' }],
    });
    await producer.disconnect();
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  const expected = [
    ...samples.map(({ json }) => {
      const sample = json as unknown as Sample;
      const { ce_source: source = sample.source, ce_id: id = sample.id } = sample.headers ?? {};
      return stringifyJson({ kind: 'ok', key: `${source} ${id}`, orderId: (sample.value ?? sample.data).orderId });
    }),
    ...['{"kind":"invalid","field":"value"}', '{"kind":"invalid","field":"value"}', '{"kind":"unknown-type"}'],
  ].sort();

  it.each(['module', 'commonjs'])(
    'type-checks as %s and reads real messages with every digit',
    async (type) => {
      const project = join(folder, type);
      await createProject(project, type);
      await run(join(packageRoot, 'node_modules', '.bin', 'tsc'), ['-p', project]);
      const compiled = readFileSync(join(project, 'consumer.js'), 'utf8');
      expect(compiled.includes('require(')).toBe(type === 'commonjs');
      const args = ['consumer.js', stack.kafka.bootstrapServers, `scratch-${type}`, String(expected.length)];
      const { stdout } = await run(process.execPath, args, { cwd: project, timeout: 60_000 });
      expect(stdout.trim().split('\n').sort()).toEqual(expected);
    },
    120_000,
  );
});

interface Sample {
  readonly source: string;
  readonly id: string;
  readonly data: { readonly orderId: number | bigint };
  readonly headers?: { readonly ce_source: string; readonly ce_id: string };
  readonly value?: Sample['data'];
}

/** An ordinary client installs the tarball; what else the project needs is lent from the workspace, without a network. */
async function createProject(project: string, type: string): Promise<void> {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'scratch', private: true, type }));
  await run('npm', ['install', tarball, '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: project });
  for (const lent of ['kafkajs', '@types/node']) {
    mkdirSync(dirname(join(project, 'node_modules', lent)), { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules', lent), join(project, 'node_modules', lent));
  }
  cpSync(join(packageRoot, 'test', 'scratch', 'consumer.ts'), join(project, 'consumer.ts'));
  const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, types: ['node'], skipLibCheck: false };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
}
