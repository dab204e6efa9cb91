import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectSpec, type ConnectAccess, PASSWORD_IN_ENVIRONMENT } from './servers/connect-part';
import { environmentOf } from './environment';
import { FolderLock } from './processes/folder-lock';
import { createTopics, kafkaSpec } from './servers/kafka-part';
import { type ManagedProcess } from './processes/managed-process';
import { mariadbAccess, mariadbSpec } from './servers/mariadb-part';
import { choosePorts, requireFreePort, type Ports } from './processes/ports';
import { type ProcessSpec } from './processes/process-spec';
import { ensureRuntime, type Runtime } from './toolchain/runtime';
import { type Part, type Stack, type StackOptions } from './stack';
import { StartFailure } from './start-failure';
import { Supervisor } from './processes/supervisor';

// Between choosing a free port and listening on it somebody else may be faster; thrice in a row is no coincidence.
const PORT_ATTEMPTS_MAX = 3;
const PORT_TAKEN = /Address already in use|BindException|Can't start server: Bind/;
// Everything but the lock, which is held while they are removed.
const CONTENTS = ['mariadb', 'kafka', 'connect', 'logs', 'ports.json'];

/**
 * Starts real servers as plain processes on private ports of 127.0.0.1, and resolves once they answer.
 *
 * @throws Error when a fixed port is taken or `dir` is in use (nothing was started then), or a tool is missing;
 * StartFailure when a component does not come up. Whatever was started is stopped before it throws.
 */
export async function startStack<P extends Part>(options: StackOptions<P>): Promise<Stack<P>> {
  const parts = new Set<Part>(options.parts);
  if (parts.has('connect') && !parts.has('kafka') && options.kafkaElsewhere === undefined) {
    throw new Error("'connect' needs 'kafka': name both in parts, or say where a broker is");
  }
  const onProgress = options.onProgress ?? (() => undefined);
  for (const part of parts) {
    const port = options.ports?.[part];
    if (port !== undefined) await requireFreePort(port, part);
  }
  const runtime = await ensureRuntime(onProgress, options);

  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, parts, runtime, onProgress);
    } catch (error) {
      const lostRace = error instanceof StartFailure && PORT_TAKEN.test(error.logEnd);
      if (!lostRace || attempt === PORT_ATTEMPTS_MAX) throw error;
      onProgress(`${error.component} found its port taken in the meantime; choosing another`);
    }
  }
}

async function startOnce<P extends Part>(
  options: StackOptions<P>,
  parts: ReadonlySet<Part>,
  runtime: Runtime,
  onProgress: (line: string) => void,
): Promise<Stack<P>> {
  const supervisor = await Supervisor.open({ onProgress });
  const dir = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'payment-stack-')) : resolve(options.dir);
  let lock: FolderLock | undefined;
  const stop = async () => {
    await supervisor.stop();
    lock?.release();
  };
  // Whatever is on its way up is stopped, and the start fails of that.
  const interrupted = () => void supervisor.stop();
  options.signal?.addEventListener('abort', interrupted);
  try {
    if (options.dir === undefined && options.keep !== true) await supervisor.removeAtEnd(dir);
    lock = lockFolder(dir);
    if (options.fresh === true) for (const name of CONTENTS) rmSync(join(dir, name), { recursive: true, force: true });
    options.signal?.throwIfAborted();
    const ports = await choosePorts(dir, options.ports ?? {});
    return await startParts({ options, parts, runtime, onProgress, supervisor, dir, ports, stop });
  } catch (error) {
    await stop();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', interrupted);
  }
}

interface Undertaking<P extends Part> {
  readonly options: StackOptions<P>;
  readonly parts: ReadonlySet<Part>;
  readonly runtime: Runtime;
  readonly onProgress: (line: string) => void;
  readonly supervisor: Supervisor;
  readonly dir: string;
  readonly ports: Ports;
  readonly stop: () => Promise<void>;
}

async function startParts<P extends Part>(undertaking: Undertaking<P>): Promise<Stack<P>> {
  const { options, parts, runtime, supervisor, dir, ports } = undertaking;
  const mariadb = mariadbAccess(join(dir, 'mariadb'), ports.mariadb);
  const kafka = options.kafkaElsewhere ?? { bootstrapServers: `127.0.0.1:${ports.kafka}` };
  const connect: ConnectAccess = {
    url: `http://127.0.0.1:${ports.connect}`,
    bootstrapServers: kafka.bootstrapServers,
    database: parts.has('mariadb') ? { host: mariadb.host, port: mariadb.port } : undefined,
    databasePassword: PASSWORD_IN_ENVIRONMENT,
  };
  const logs = join(dir, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = (part: Part) => join(logs, `${part}.log`);

  const starts: Promise<ManagedProcess>[] = [];
  if (parts.has('mariadb'))
    starts.push(start(undertaking, mariadbSpec(runtime, join(dir, 'mariadb'), mariadb, log('mariadb'))));
  if (parts.has('kafka')) {
    const brokerPorts = { broker: ports.kafka, controller: ports.controller };
    const broker = start(undertaking, kafkaSpec(runtime, join(dir, 'kafka'), brokerPorts, log('kafka')));
    starts.push(
      broker.then(async (managed) => {
        await createTopics(kafka, options.topics ?? []);
        return managed;
      }),
    );
  }
  // Beside its broker, not after it: most of its start is loading classes.
  if (parts.has('connect'))
    starts.push(
      start(
        undertaking,
        connectSpec(
          ...([
            runtime,
            join(dir, 'connect'),
            kafka,
            ports.connect,
            log('connect'),
            mariadb.debezium.password,
          ] as const),
        ),
      ),
    );
  // The first failure is enough: the caller stops the others.
  await Promise.all(starts);

  const access = { mariadb, kafka, connect };
  return {
    dir,
    get mariadb() {
      return started('mariadb');
    },
    get kafka() {
      return started('kafka');
    },
    get connect() {
      return started('connect');
    },
    env: environmentOf(access, (part) => parts.has(part)),
    processes: supervisor.list(),
    process(part) {
      started(part);
      const managed = supervisor.list().find(({ name }) => name === part);
      if (managed === undefined) throw new Error(`'${part}' was stopped`);
      return managed;
    },
    stop: undertaking.stop,
  } as Stack<P>;

  function started<K extends Part>(part: K): (typeof access)[K] {
    if (!parts.has(part)) throw new Error(`'${part}' was not started: this stack has ${[...parts].join(', ')}`);
    return access[part];
  }
}

async function start<P extends Part>(
  { options, supervisor, onProgress }: Undertaking<P>,
  spec: ProcessSpec,
): Promise<ManagedProcess> {
  const startedAt = Date.now();
  const managed = await supervisor.start({ ...spec, restart: options.restart ?? false });
  onProgress(`${spec.name} is ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return managed;
}

function lockFolder(dir: string): FolderLock {
  const lock = FolderLock.attempt(join(dir, 'lock'));
  if (lock instanceof FolderLock) return lock;
  throw new Error(`${dir} is in use by process ${lock.pid}: end that one, or choose another folder`);
}
