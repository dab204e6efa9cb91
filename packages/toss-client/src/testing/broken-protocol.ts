import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { type Protocol } from './model-check';

/** The protocol with one piece of its source replaced. */
export function brokenProtocol(intact: string, broken: string): Protocol {
  const source = readFileSync(join(__dirname, '../gateway/protocol/money-protocol.ts'), 'utf8');
  if (source.split(intact).length !== 2) throw new Error(`not found exactly once: ${intact}`);
  const { outputText } = transpileModule(source.replace(intact, broken), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2023 },
  });
  const exports = {};
  runInNewContext(outputText, { exports });
  return exports as Protocol;
}
