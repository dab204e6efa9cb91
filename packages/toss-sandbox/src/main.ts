import { setFlagsFromString } from 'node:v8';
import { UsageError, usage } from './cli/sandbox-arguments';
import { runConformance } from './cli/conformance';
import { serve } from './cli/serve';

// By default V8 lets the heap grow to several times what is alive before it collects; most of the memory of a busy
// sandbox would be garbage. A fifth is enough and costs a tenth of the speed.
setFlagsFromString('--heap-growing-percent=20');

async function main(args: readonly string[]): Promise<void> {
  const print = (line: string) => console.log(line);
  if (args[0] !== 'conformance') return serve(args, print);
  if (!(await runConformance(args.slice(1), print))) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? `toss-sandbox: ${error.message}` : error);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = 1;
});
