import { UsageError, usage } from './cli/sandbox-arguments';
import { serve } from './cli/serve';

async function main(args: readonly string[]): Promise<void> {
  await serve(args, (line) => console.log(line));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? `toss-sandbox: ${error.message}` : error);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = 1;
});
