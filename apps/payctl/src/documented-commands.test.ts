import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command';

const PACKAGE = join(__dirname, '..');
const OPERATIONS = join(PACKAGE, '..', '..', 'docs', 'operations');

/** What stands in the place of what a reader fills in, where it may not be anything. */
const FILLED_IN: Readonly<Record<string, string>> = { from: '1h', to: '0s', since: '1h', 'set-aside': '7' };

const pages = [
  join(PACKAGE, 'README.md'),
  ...readdirSync(OPERATIONS, { recursive: true, encoding: 'utf8' })
    // What stands in there was said by payctl, also to what it did not understand.
    .filter((name) => name.endsWith('.md') && name !== 'payctl.md')
    .map((name) => join(OPERATIONS, name)),
];
const commands = [...new Set(pages.flatMap((page) => commandsIn(readFileSync(page, 'utf8'))))].sort();
const isMention = (command: string) => command.split(' ').every((word) => /^([a-z]+|…)$/.test(word));

describe('payctl, as the documents have it typed,', () => {
  it.each(commands.filter((command) => !isMention(command)))('understands payctl %s', async (command) => {
    expect(await saidTo(wordsOf(command))).toBe('payctl: understood');
  });

  it.each(commands.filter(isMention))('has payctl %s', async (command) => {
    const mentioned = command.replace(/ ?…$/, '');
    const [name = ''] = mentioned.split(' ');
    expect(await saidTo([name, '--help'])).toContain(`payctl ${mentioned}`.trimEnd());
  });
});

/** In `…`, and at the beginning of lines in blocks. */
function commandsIn(page: string): readonly string[] {
  const typed = /(?:`|^\$ |^)(?:npm run payctl -- |payctl )([^`\n]*?)(?:`|\s+#.*$|$)/gm;
  return [...page.matchAll(typed)].map(([, command = '']) => command.trim());
}

function wordsOf(command: string): readonly string[] {
  const filled = command
    .replaceAll('<order>', '1001')
    .replaceAll('<attempt>', '0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e')
    .replaceAll('<row>', '7')
    .replaceAll(/--([a-z-]+) …/g, (all, option: string) =>
      FILLED_IN[option] ? `--${option} ${FILLED_IN[option]}` : all,
    );
  return [...filled.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '');
}

/** What it says to this, where nobody has told it where anything is. */
async function saidTo(args: readonly string[]): Promise<string> {
  const said: string[] = [];
  await runCommand(args, {
    configuration: () => {
      throw new Error('understood');
    },
    print: (text) => said.push(text),
    complain: (text) => said.push(text),
  });
  return said.join('\n');
}
