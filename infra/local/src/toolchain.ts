import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { config } from './config';
import { runQuietly } from './run-quietly';

// The oldest that Kafka 4 brokers run on.
const JAVA_MAJOR_MIN = 17;

/** @returns the path of a `java` new enough for Kafka. @throws Error that says what to install. */
export async function findJava(onProgress: (line: string) => void): Promise<string> {
  const found = javaInPlace() ?? (await installed('java', 'openjdk-17-jre-headless', onProgress));
  const version = await runQuietly(found, ['-version']);
  const major = Number(/version "(\d+)/.exec(version)?.[1]);
  if (!(major >= JAVA_MAJOR_MIN)) {
    throw new Error(
      `${found} is Java ${String(major)}, and Kafka needs Java ${JAVA_MAJOR_MIN} or later: ` +
        `install one and point JAVA_HOME to it`,
    );
  }
  return found;
}

/** @returns the path of `mvn`. @throws Error that says what to install. */
export async function findMaven(onProgress: (line: string) => void): Promise<string> {
  return onPath('mvn') ?? (await installed('mvn', 'maven', onProgress));
}

/** The first executable of that name on PATH. */
export function onPath(name: string): string | undefined {
  return config.childEnv.PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function javaInPlace(): string | undefined {
  if (config.javaHome === undefined) return onPath('java');
  const java = join(config.javaHome, 'bin', 'java');
  if (!isExecutable(java)) throw new Error(`JAVA_HOME is ${config.javaHome}, but there is no bin/java in it`);
  return java;
}

async function installed(command: string, debianPackage: string, onProgress: (line: string) => void): Promise<string> {
  if (!isDebianRoot()) {
    throw new Error(
      `'${command}' is missing. Install Java ${JAVA_MAJOR_MIN} or later and Maven 3.8 or later ` +
        `(Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven), ` +
        `or set DB_HOST, SPRING_KAFKA_BOOTSTRAP_SERVERS and KAFKA_CONNECT_URL to servers you already run`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  onProgress(`'${command}' is missing: installing ${debianPackage} with apt-get`);
  await runQuietly('apt-get', ['update', '-qq'], { env });
  await runQuietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { env });
  const path = onPath(command);
  if (path === undefined) throw new Error(`${debianPackage} was installed, but there is still no '${command}' on PATH`);
  return path;
}

function isDebianRoot(): boolean {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return false;
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
