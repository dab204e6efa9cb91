import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import {
  createMariadbTemplate,
  machineMariadb,
  pinnedMariadb,
  usesPinnedMariadb,
  type MariadbServer,
} from '../servers/mariadb-server';
import { createKafkaTemplate } from '../servers/kafka-template';
import { maven } from './maven';
import { once } from './once';
import { runQuietly } from '../processes/run-quietly';
import { findJava, findMaven } from './toolchain';

type Tell = (line: string) => void;

/** The programs of the stack, unpacked and ready to run. */
export interface Runtime {
  readonly java: string;
  /** A class path that holds the broker and Connect. */
  readonly classPath: string;
  readonly pluginPath: string;
  readonly kafkaTemplate: string;
  readonly mariadb: MariadbServer;
  readonly mariadbTemplate: string;
}

/**
 * Finds the runtime of this pom, or makes it: Maven fetches what the pom pins, once per pom and machine. Concurrent
 * callers wait for the first; a killed one leaves nothing that a later one would take for complete.
 *
 * @throws Error that says what is missing and how to get it, or that a download failed or took too long; the reason of
 * `signal` when that is aborted meanwhile.
 */
export async function ensureRuntime(
  onProgress: Tell,
  { signal, machineMariadb = false }: { readonly signal?: AbortSignal; readonly machineMariadb?: boolean } = {},
): Promise<Runtime> {
  const java = await findJava(onProgress);
  signal?.throwIfAborted();
  const runtimes = join(config.localFolder, 'runtime');
  const jvms = join(runtimes, hashOf(config.pom));
  const kafkaTemplate = join(jvms, 'kafka-template');
  await once(jvms, onProgress, async (draft) => {
    const mvn = await findMaven(onProgress);
    onProgress('fetching Kafka, Connect and the Debezium connector with Maven');
    await maven(mvn, draft, ['copy-dependencies@jars', 'unpack@connector'], signal);
    await createKafkaTemplate(java, join(draft, 'jars', '*'), join(draft, 'kafka-template'));
  });
  const { server, template } = machineMariadb
    ? await ensureMachineMariadb(runtimes, onProgress)
    : await ensureMariadb(runtimes, onProgress, signal);
  return {
    java,
    classPath: join(jvms, 'jars', '*'),
    pluginPath: join(jvms, 'plugins'),
    kafkaTemplate,
    mariadb: server,
    mariadbTemplate: template,
  };
}

async function ensureMariadb(runtimes: string, onProgress: Tell, signal: AbortSignal | undefined) {
  if (!usesPinnedMariadb()) return ensureMachineMariadb(runtimes, onProgress);
  const folder = join(runtimes, `mariadb-${hashOf(config.pom)}`);
  await once(folder, onProgress, async (draft) => {
    const mvn = await findMaven(onProgress);
    onProgress('fetching MariaDB with Maven');
    await maven(mvn, draft, ['unpack@mariadb'], signal);
    await createTemplate(pinnedMariadb(join(draft, 'mariadb-unpacked')), draft);
  });
  return { server: pinnedMariadb(join(folder, 'mariadb-unpacked')), template: join(folder, 'data') };
}

async function ensureMachineMariadb(runtimes: string, onProgress: Tell) {
  const server = machineMariadb();
  // Another version of the server, another folder: data files of one are not for the other.
  const version = await runQuietly(server.mariadbd, ['--no-defaults', '--version']);
  const folder = join(runtimes, `mariadb-machine-${digest(version)}`);
  await once(folder, onProgress, (draft) => createTemplate(server, draft));
  return { server, template: join(folder, 'data') };
}

async function createTemplate(server: MariadbServer, folder: string): Promise<void> {
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { recursive: true });
  await createMariadbTemplate(server, join(folder, 'data'), scratch);
}

function hashOf(file: string): string {
  return digest(readFileSync(file));
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
