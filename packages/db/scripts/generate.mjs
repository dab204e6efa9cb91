// `prisma generate`, without the schema engine. Generating needs no engine, yet the CLI insists on having one and would
// download it; a build must not depend on a download. Whoever has the engine, or named one, keeps it.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const prismaPackage = require.resolve('prisma/package.json');

const { status, error } = spawnSync(
  process.execPath,
  [join(dirname(prismaPackage), 'build/index.js'), 'generate', '--no-hints'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: hasSchemaEngine()
      ? process.env
      : {
          ...process.env,
          PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(new URL('absent-schema-engine.mjs', import.meta.url)),
        },
  },
);
if (error) throw error;
process.exit(status ?? 1);

function hasSchemaEngine() {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY) return true;
  const engines = dirname(createRequire(prismaPackage).resolve('@prisma/engines/package.json'));
  return readdirSync(engines).some((name) => name.startsWith('schema-engine-'));
}
