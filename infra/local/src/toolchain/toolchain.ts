import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { config } from '../config';
import { runQuietly } from '../processes/run-quietly';

// The oldest that Kafka 4 brokers run on.
const JAVA_MAJOR_MIN = 17;
const JAVA_PACKAGES = ['openjdk-17-jre-headless', 'openjdk-21-jre-headless', 'openjdk-25-jre-headless'];
// A mirror that does not answer is given up after this many seconds, tried twice; another apt-get is waited for.
export const APT_PATIENCE = [
  '-o',
  'Acquire::http::Timeout=30',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'DPkg::Lock::Timeout=120',
];

/** @returns the path of a `java` new enough for Kafka. @throws Error that says what to install. */
export async function findJava(onProgress: (line: string) => void): Promise<string> {
  const found = javaInPlace() ?? (await installed('java', onProgress));
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
  return onPath('mvn') ?? (await installed('mvn', onProgress));
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

async function installed(command: 'java' | 'mvn', onProgress: (line: string) => void): Promise<string> {
  if (!isDebianRoot()) {
    throw new Error(
      `'${command}' is missing: the servers need Java ${JAVA_MAJOR_MIN} or later, and Maven fetches them. npm start says ` +
        `how to get what is missing on this machine; JAVA_HOME points to a Java that is not on PATH`,
    );
  }
  await installWhatIsMissing(onProgress);
  const path = onPath(command);
  if (path === undefined) throw new Error(`Java and Maven were installed, but there is still no '${command}' on PATH`);
  return path;
}

/**
 * Both at once, for whoever has no Java has no Maven either, and fetching the list of packages takes longest. In a process
 * group of its own: a Ctrl-C must not leave the machine's packages half configured, so it waits for this to end.
 */
async function installWhatIsMissing(onProgress: (line: string) => void): Promise<void> {
  const needsJava = config.javaHome === undefined && onPath('java') === undefined;
  const wanted = [needsJava ? 'Java' : '', onPath('mvn') === undefined ? 'Maven' : ''].filter((name) => name !== '');
  onProgress(`installing ${wanted.join(' and ')} with apt-get, which takes a minute and is not interrupted`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, detached: true };
  try {
    await runQuietly('apt-get', [...APT_PATIENCE, 'update', '-qq'], options);
    const packages = [...(needsJava ? [await javaPackage()] : []), ...(wanted.includes('Maven') ? ['maven'] : [])];
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
    await runQuietly('apt-get', [...APT_PATIENCE, ...install], options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${wanted.join(' and ')} could not be installed: do it by hand, and begin again\n${reason}`, {
      cause: error,
    });
  }
}

/** The oldest that will do of those that this release of the system has. */
async function javaPackage(): Promise<string> {
  for (const name of JAVA_PACKAGES) {
    const isThere = await runQuietly('apt-cache', ['show', '--no-all-versions', name]).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  throw new Error(`apt-get knows none of ${JAVA_PACKAGES.join(', ')}`);
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && isDebian();
}

export function isDebian(): boolean {
  if (onPath('apt-get') === undefined) return false;
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
