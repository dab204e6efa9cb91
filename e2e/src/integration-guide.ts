import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PaymentSystem } from './system/payment-system';

const E2E = join(__dirname, '..');
const DOCS = join(E2E, '..', 'docs');

export type Language = 'en' | 'ko';

export function guideText(language: Language): string {
  return readFileSync(join(DOCS, language === 'en' ? 'integration.md' : 'integration.ko.md'), 'utf8');
}

/** The code blocks of the guide, as they stand. */
export function codeOf(guide: string): readonly string[] {
  return [...guide.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code ?? '');
}

/**
 * Runs the guide's code in a process of its own, followed by e2e/test/follow-the-guide.mjs, which calls it.
 * @returns what that prints.
 */
export async function followGuide(system: PaymentSystem, buyer: { token: string; userId: bigint }): Promise<unknown> {
  const { apiUrl, sandboxUrl, infrastructure } = system;
  const { bootstrapServers } = infrastructure.kafka;
  const { token } = buyer;
  const context = { apiUrl, sandboxUrl, bootstrapServers, token, userId: buyer.userId.toString() };
  const program = [...codeOf(guideText('en')), readFileSync(join(E2E, 'test', 'follow-the-guide.mjs'), 'utf8')].join(
    '\n',
  );
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: E2E,
    env: { ...process.env, GUIDE: JSON.stringify(context) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(program);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<unknown>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the code of the guide ended with ${String(code)}: ${errors}`);
  return JSON.parse(output);
}
