import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal } from './command-line.mjs';

/**
 * Whether this machine can run the servers, asked before minutes are spent on installing and building. What is missing
 * but can be installed without asking (as root on Debian and Ubuntu) is no reason to refuse; infra/local does that.
 *
 * @throws Refusal that names everything that is missing and how to get it here.
 */
export function requireServersCanRun(env = process.env) {
  if (process.platform === 'win32') {
    throw new Refusal('The servers run on Linux and macOS; on Windows, run this inside WSL (wsl --install -d Ubuntu)');
  }
  const named = ['DB_HOST', 'SPRING_KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_CONNECT_URL'].filter((name) => isSet(env[name]));
  const mayUseDocker = env.LOCAL_INFRASTRUCTURE !== 'processes' && onPath('docker', env);
  if (named.length === 3 || mayUseDocker || installsItself(env)) return;
  const missing = missingTools(env, named);
  if (missing.length === 0) return;
  throw new Refusal(
    [
      `Missing on this machine: ${missing.map(({ what }) => what).join(', ')}`,
      '',
      ...wayToGet(missing, env),
      '',
      'Or do without: Docker with Compose, or servers of your own, named by DB_HOST, SPRING_KAFKA_BOOTSTRAP_SERVERS and',
      'KAFKA_CONNECT_URL. Node is all that npm run check needs.',
    ].join('\n'),
  );
}

const TOOLS = {
  java: {
    what: 'Java 17 or later (java), which Kafka runs on',
    apt: 'openjdk-17-jre-headless',
    dnf: 'java-21-openjdk-headless',
    brew: 'openjdk',
  },
  mvn: {
    what: 'Maven 3.8 or later (mvn), which fetches Kafka, Connect and MariaDB',
    apt: 'maven',
    dnf: 'maven',
    brew: 'maven',
  },
  mariadbd: {
    what: 'MariaDB 10.11 or later (mariadbd)',
    apt: 'mariadb-server',
    dnf: 'mariadb-server',
    brew: 'mariadb',
  },
};

function missingTools(env, named) {
  const missing = [];
  const hasJava = isSet(env.JAVA_HOME) ? isExecutable(join(env.JAVA_HOME, 'bin', 'java')) : onPath('java', env);
  if (!hasJava) missing.push(TOOLS.java);
  if (!onPath('mvn', env)) missing.push(TOOLS.mvn);
  // Elsewhere Maven brings one along.
  const needsOwnMariadb = process.platform !== 'linux' || process.arch !== 'x64' || env.LOCAL_MARIADB === 'machine';
  const hasMariadb = isSet(env.MARIADB_HOME) || onPath('mariadbd', { PATH: `${env.PATH}:/usr/sbin:/usr/local/sbin` });
  if (needsOwnMariadb && !hasMariadb && !named.includes('DB_HOST')) missing.push(TOOLS.mariadbd);
  return missing;
}

function wayToGet(missing, env) {
  const packages = (manager) => missing.map((tool) => tool[manager]).join(' ');
  if (process.platform === 'darwin') {
    return [
      `  brew install ${packages('brew')}`,
      '  export JAVA_HOME="$(brew --prefix openjdk)/libexec/openjdk.jdk/Contents/Home"',
    ];
  }
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (onPath('apt-get', env)) {
    const note = missing.includes(TOOLS.java) ? ['  (where there is no such Java: openjdk-21-jre-headless)'] : [];
    return [`  ${sudo}apt-get update && ${sudo}apt-get install ${packages('apt')}`, ...note];
  }
  if (onPath('dnf', env)) return [`  ${sudo}dnf install ${packages('dnf')}`];
  return ["  Get them from this system's packages; JAVA_HOME and MARIADB_HOME point to ones elsewhere."];
}

function installsItself(env) {
  if (process.getuid?.() !== 0 || !onPath('apt-get', env)) return false;
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function onPath(name, { PATH = '' }) {
  return PATH.split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isSet(value) {
  return value !== undefined && value !== '';
}
