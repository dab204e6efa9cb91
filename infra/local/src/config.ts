import { join } from 'node:path';

// dist/config.js and src/config.ts both lie two folders below infra/.
const INFRA = join(__dirname, '..', '..');

/** Where the shipped settings of the components lie, and what the environment says about running them. */
export const config = {
  pom: join(INFRA, 'local', 'pom.xml'),
  log4j: join(INFRA, 'local', 'config', 'log4j2.xml'),
  mariadbCnf: join(INFRA, 'mariadb', 'my.cnf'),
  mariadbInitSql: join(INFRA, 'mariadb', 'init.sql'),
  composeFile: join(INFRA, 'compose', 'compose.yaml'),
  localFolder: process.env['PAYMENT_LOCAL_DIR'] ?? join(INFRA, '..', '.local'),
  javaHome: nonEmpty(process.env['JAVA_HOME']),
  mariadbHome: nonEmpty(process.env['MARIADB_HOME']),
  /** `docker` or `processes`; undefined when we are to find out which. */
  infrastructure: nonEmpty(process.env['LOCAL_INFRASTRUCTURE']),
  /** Who started this program, if it was infra/run.mjs. */
  starterPid: Number(process.env['PAYMENT_PARENT_PID'] ?? Number.NaN),
  useMachineMariadb: process.env['LOCAL_MARIADB'] === 'machine',
  /** What a child needs of its surroundings; everything else it is told explicitly. */
  childEnv: {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: process.env['HOME'] ?? '/',
    LANG: 'C.UTF-8',
  },
} as const;

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
