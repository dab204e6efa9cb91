import { parseArgs } from 'node:util';
import { conformanceCases, runCase } from './conformance-suite';
import { ConformanceTarget, type TargetOptions } from './conformance-target';

const usage = `Usage: toss-conformance --url URL --secret-key KEY [--client-key KEY]

Examines whatever answers at URL as the Toss Payments API would, case by case, and scores it. Exits with 1 when a case fails.

  --url URL         base URL, where https://api.tosspayments.com would stand
  --secret-key KEY  a test key that the target accepts
  --client-key KEY  its partner; without it, or without a control plane, cases that need a buyer are skipped
`;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === null) {
    console.log(usage);
    return;
  }
  const target = await ConformanceTarget.connect(options);
  if (!target.hasControlPlane) {
    console.log('No control plane (or no --client-key): cases that need payments brought about by it are skipped.');
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const conformanceCase of conformanceCases) {
    const result = await runCase(conformanceCase, target);
    counts[result.kind] += 1;
    console.log(`${result.kind.padEnd(7)}  ${conformanceCase.name} (${conformanceCase.evidence})`);
    if (result.kind === 'failed') console.log(`         ${result.why.replaceAll('\n', '\n         ')}`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

/** Null when help is asked for. @throws UsageError for anything it does not understand. */
function parse(args: readonly string[]): TargetOptions | null {
  const options = {
    url: { type: 'string' },
    'secret-key': { type: 'string' },
    'client-key': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const {
    url,
    'secret-key': secretKey,
    'client-key': clientKey,
    help,
  } = valuesOf(() => parseArgs({ args: [...args], options }).values);
  if (help === true) return null;
  if (url === undefined || secretKey === undefined) throw new UsageError('it wants --url and --secret-key');
  if (!URL.canParse(url)) throw new UsageError(`--url is the base URL of the target, not ${url}`);
  return { url: url.replace(/\/$/, ''), secretKey, ...(clientKey === undefined ? {} : { clientKey }) };
}

function valuesOf<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  console.error(`toss-conformance: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = 1;
});
