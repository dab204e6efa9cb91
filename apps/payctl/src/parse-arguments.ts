import { parseArgs, type ParseArgsConfig } from 'node:util';

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** @returns what is wrong, where an argument is not understood. */
export function parseArguments(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): Parsed | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Parsed['values'], positionals };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
