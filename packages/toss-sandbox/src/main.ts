import { setFlagsFromString } from 'node:v8';
import { UsageError, usage } from './cli/sandbox-arguments';
import { serve } from './cli/serve';

// By default V8 lets the heap grow to several times what is alive before it collects; most of the memory of a busy
// sandbox would be garbage. A fifth is enough and costs a tenth of the speed.
setFlagsFromString('--heap-growing-percent=20');

serve(process.argv.slice(2), (line) => console.log(line)).catch((error: unknown) => {
  console.error(error instanceof Error ? `toss-sandbox: ${error.message}` : error);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = 1;
});
