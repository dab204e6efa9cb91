import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What node is given to start a package as its `start` script says, with the program's whole path: how large a heap may
 * grow belongs to the program, wherever it is started.
 * @throws where the package has no such script, or one that is more than node, its options and a program.
 */
export function startArguments(packageFolder: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly scripts?: { readonly start?: string };
  };
  const { start = '' } = manifest.scripts ?? {};
  const [, options = '', program] = /^node ((?:--\S+ )*)(\S+)$/.exec(start) ?? [];
  if (program === undefined) throw new Error(`The start script of ${manifest.name} does not start node: '${start}'`);
  return [...options.split(' ').filter((option) => option !== ''), join(packageFolder, program)];
}
