import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated-files.js';

// `pnpm run schemas` writes the derived files; `pnpm run schemas --release` also makes them the ones that later
// versions are compared with.
const packageRoot = join(__dirname, '..', '..', '..');

for (const [path, text] of generatedFiles(packageRoot)) {
  mkdirSync(dirname(join(packageRoot, path)), { recursive: true });
  writeFileSync(join(packageRoot, path), text);
  console.log(path);
}

if (process.argv.includes('--release')) {
  const schemas = join(packageRoot, 'schemas');
  const released = join(schemas, 'released');
  rmSync(released, { recursive: true, force: true });
  for (const file of readdirSync(schemas).filter((name) => name.endsWith('.json'))) {
    cpSync(join(schemas, file), join(released, file));
  }
}
