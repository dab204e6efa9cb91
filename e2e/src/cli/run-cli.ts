import { Interrupted } from './interruption';

/**
 * The whole life of a program that infra/run.mjs starts with its options as JSON: what `main` resolves with is the exit
 * code. An interruption says nothing; whoever interrupted knows.
 */
export function runCli(main: (options: never) => Promise<number>): void {
  // Understood and checked by infra/run before.
  const options = JSON.parse(process.argv[2] ?? '{}') as never;
  main(options).then(
    (code) => process.exit(code),
    (error: unknown) => {
      if (error instanceof Interrupted) process.exit(error.exitCode);
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}
