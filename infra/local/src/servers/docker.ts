import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { config } from '../config';
import { type Access } from '../environment';
import { PASSWORD_IN_ENVIRONMENT } from './connect-part';
import { type InfrastructureOptions } from '../infrastructure';
import { APP, DATABASE, DEBEZIUM } from './mariadb-part';
import { choosePorts } from '../processes/ports';
import { runQuietly } from '../processes/run-quietly';
import { Supervisor } from '../processes/supervisor';

// An engine that is there answers at once; one that hangs must not hold up a start that can do without it.
const ANSWER_TIMEOUT_MS = 3_000;
// The first start pulls the images.
const UP_TIMEOUT_S = 300;

/** Whether a Docker engine with Compose can be used. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    const options = { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
    // Without a reachable engine the client prints its own version and fails, or prints nothing for the engine's.
    const version = await runQuietly('docker', ['info', '--format', '{{.ServerVersion}}'], options);
    await runQuietly('docker', ['compose', 'version'], options);
    return version.trim() !== '';
  } catch {
    return false;
  }
}

/**
 * Runs infra/compose under a project name of the folder and free ports. The containers are stopped by `stop`, and also
 * when this program dies; those of a temporary folder are removed with their volumes.
 * @throws Error with the end of the containers' logs when they do not become healthy.
 */
export async function startContainers(options: InfrastructureOptions): Promise<Access & { stop: () => Promise<void> }> {
  const onProgress = options.onProgress ?? (() => undefined);
  const temporary = options.dir === undefined;
  const dir = temporary ? mkdtempSync(join(tmpdir(), 'payment-stack-')) : resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const ports = await choosePorts(dir, options.ports ?? {});
  const root = { user: 'root', password: rootPassword(dir) };
  const project = `payment-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
  const compose = ['docker', 'compose', '--project-name', project, '--file', config.composeFile] as const;
  const env = {
    ...process.env,
    PAYMENT_MARIADB_PORT: String(ports.mariadb),
    PAYMENT_MARIADB_ROOT_PASSWORD: root.password,
    PAYMENT_KAFKA_PORT: String(ports.kafka),
    PAYMENT_CONNECT_PORT: String(ports.connect),
  };
  const run = (...args: string[]) => runQuietly('docker', [...compose.slice(1), ...args], { env });

  const supervisor = await Supervisor.open({ onProgress });
  try {
    if (temporary) await supervisor.removeAtEnd(dir);
    if (options.fresh === true) await run('down', '--volumes');
    await supervisor.runAtEnd(temporary ? [...compose, 'down', '--volumes'] : [...compose, 'stop']);
    onProgress('starting MariaDB, Kafka and Connect as containers');
    await run('up', '--detach', '--wait', '--wait-timeout', String(UP_TIMEOUT_S));
  } catch (error) {
    const logs = await run('logs', '--tail', '30').catch(() => '(no logs)');
    await supervisor.stop();
    throw new Error(`The containers did not start; LOCAL_INFRASTRUCTURE=processes does without them.\n${logs}`, {
      cause: error,
    });
  }
  return {
    mariadb: { host: '127.0.0.1', port: ports.mariadb, ...APP, database: DATABASE, root, debezium: DEBEZIUM },
    kafka: { bootstrapServers: `127.0.0.1:${ports.kafka}` },
    connect: {
      url: `http://127.0.0.1:${ports.connect}`,
      // The service names and inner ports of the compose file.
      bootstrapServers: 'kafka:19092',
      database: { host: 'mariadb', port: 3306 },
      databasePassword: PASSWORD_IN_ENVIRONMENT,
    },
    stop: () => supervisor.stop(),
  };
}

/** The image sets it once, when the volume is new, so it is kept beside. */
function rootPassword(dir: string): string {
  const file = join(dir, 'docker-root-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
