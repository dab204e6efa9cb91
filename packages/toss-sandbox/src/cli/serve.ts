import { join, resolve } from 'node:path';
import { startTossSandbox } from '../sandbox';
import { parseSandboxArguments, usage } from './sandbox-arguments';

/** Runs a sandbox until SIGTERM or SIGINT and resolves when it is closed; `print` shows lines to whoever started it. */
export async function serve(args: readonly string[], print: (line: string) => void): Promise<void> {
  const options = parseSandboxArguments(args);
  if (options === undefined) {
    print(usage);
    return;
  }
  const stopped = new Promise<void>((resolveStopped) => {
    process.once('SIGTERM', () => resolveStopped());
    process.once('SIGINT', () => resolveStopped());
  });
  const sandbox = await startTossSandbox(options);
  print(`Toss sandbox  ${sandbox.url}`);
  print(`  API         ${sandbox.url}/v1/payments`);
  print(`  widget      ${sandbox.url}/v2/standard`);
  print(`  control     ${sandbox.url}/__sim/openapi.json`);
  print(
    `  ledger      ${options.dataDir === undefined ? `${sandbox.url}/__sim/ledger` : resolve(join(options.dataDir, 'ledger.jsonl'))}`,
  );
  print(`  clock       ${options.clock ?? 'real'}, seed ${sandbox.seed}`);
  print('  keys accepted (client key, secret key):');
  for (const { mId, keys } of options.merchants ?? []) {
    for (const { clientKey, secretKey } of keys) print(`    ${mId}  ${clientKey}  ${secretKey}`);
  }
  await stopped;
  await sandbox.close();
}
