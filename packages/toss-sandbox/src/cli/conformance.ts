import { parseArgs } from 'node:util';
import { conformanceCases, runCase } from '../conformance/conformance-suite';
import { ConformanceTarget } from '../conformance/conformance-target';
import { documentedMerchant } from '../state/merchant-keys';
import { UsageError } from './sandbox-arguments';

/** Runs the suite against any base URL and resolves to whether nothing failed; a skipped case is said to be skipped. */
export async function runConformance(args: readonly string[], print: (line: string) => void): Promise<boolean> {
  const target = await ConformanceTarget.connect(parseTarget(args));
  if (!target.hasControlPlane) {
    print('No control plane (or no --client-key): cases that need payments brought about by it are skipped.');
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const conformanceCase of conformanceCases) {
    const result = await runCase(conformanceCase, target);
    counts[result.kind] += 1;
    print(`${result.kind.padEnd(7)}  ${conformanceCase.name} (${conformanceCase.evidence})`);
    if (result.kind === 'failed') print(`         ${result.why.replaceAll('\n', '\n         ')}`);
  }
  print(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0;
}

function parseTarget(args: readonly string[]) {
  const options = {
    url: { type: 'string' },
    'secret-key': { type: 'string' },
    'client-key': { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { url, 'secret-key': secretKey } = values;
  if (url === undefined || secretKey === undefined) throw new UsageError('conformance wants --url and --secret-key');
  const documented = documentedMerchant.keys.find((pair) => pair.secretKey === secretKey)?.clientKey;
  const clientKey = values['client-key'] ?? documented;
  return { url: url.replace(/\/$/, ''), secretKey, ...(clientKey === undefined ? {} : { clientKey }) };
}
