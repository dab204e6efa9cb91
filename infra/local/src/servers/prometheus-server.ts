import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from '../processes/ports';
import { type Supervisor } from '../processes/supervisor';
import { config } from '../config';
import { findPrometheus } from '../toolchain/debian-programs';

export interface PrometheusOptions {
  /** Data, log and the files below. */
  readonly dir: string;
  /** By their paths within `dir`; `prometheus.yml` is one of them and may name the others. */
  readonly files: Readonly<Record<string, string>>;
}

/** Starts a Prometheus on a free port of 127.0.0.1. @returns its URL, once it answers. */
export async function startPrometheus(supervisor: Supervisor, { dir, files }: PrometheusOptions): Promise<string> {
  const { prometheus } = await findPrometheus(() => undefined);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await supervisor.start({
    name: 'prometheus',
    command: prometheus,
    args: [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    // Two cores are shared with what it watches.
    env: { ...config.childEnv, GOMAXPROCS: '1' },
    logFile: join(dir, 'prometheus.log'),
    readiness: { url: `${url}/-/ready` },
  });
  return url;
}
