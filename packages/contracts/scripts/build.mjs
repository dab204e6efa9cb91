// What is published stands in dist/esm and dist/cjs: code without comments, declarations with them. The rest of dist
// (schema tools) is for this repository alone.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

rmSync(dist, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json', 'tsconfig.esm.json']) {
  execFileSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
}

for (const [format, type] of [
  ['cjs', 'commonjs'],
  ['esm', 'module'],
]) {
  const target = join(dist, format);
  for (const file of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    const declaration = file.replace(/\.js$/, '.d.ts');
    mkdirSync(dirname(join(target, declaration)), { recursive: true });
    cpSync(join(dist, declaration), join(target, declaration));
  }
  // Nearest package.json decides how Node reads a .js file, and whether a bundler may drop it.
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}
