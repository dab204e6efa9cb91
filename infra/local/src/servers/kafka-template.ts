import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../processes/run-quietly';

const META = 'meta.properties';

/** A formatted broker folder. Formatting starts a JVM for most of a second; stacks copy this one instead. */
export async function createKafkaTemplate(java: string, classPath: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const properties = join(folder, '..', 'format.properties');
  writeFileSync(
    properties,
    [
      'process.roles=broker,controller',
      'node.id=1',
      'controller.quorum.voters=1@127.0.0.1:9093',
      'controller.listener.names=CONTROLLER',
      'listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
      `log.dirs=${folder}`,
      '',
    ].join('\n'),
  );
  await runQuietly(java, [
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    uuid(),
    '--config',
    properties,
  ]);
  rmSync(properties);
}

/** Copies the template under identities of its own, so that no client takes one cluster for another. */
export function copyKafkaTemplate(template: string, folder: string): void {
  cpSync(template, folder, { recursive: true });
  const meta = readFileSync(join(folder, META), 'utf8')
    .replace(/^cluster\.id=.*$/m, `cluster.id=${uuid()}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${uuid()}`);
  writeFileSync(join(folder, META), meta);
}

/** Kafka's form of a UUID: 16 bytes in base64url; its tools refuse one that starts with a dash. */
function uuid(): string {
  const text = randomBytes(16).toString('base64url');
  return text.startsWith('-') ? uuid() : text;
}
