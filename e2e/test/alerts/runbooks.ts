import { alertGroups, runbookOf } from '@koosco/payment-observability';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');
const LINES_MAX = 24;

/** What the runbook of an alert shows of its first command: the command, and what it printed while the alert fired. */
export function printedIn(alert: string): string {
  return blockOf(alert).exec(readFileSync(fileOf(alert), 'utf8'))?.[2] ?? '';
}

/**
 * What the runbook of an alert has typed beyond its first command: payctl's arguments, with `<order>` and the like in them. What
 * it only speaks of, without a verb or an argument, is in some other runbook's first command.
 */
export function laterCommandsIn(alert: string): readonly string[] {
  const section = new RegExp(`\n## ${alert}\n.*?(?=\n## |$)`, 's').exec(readFileSync(fileOf(alert), 'utf8'))?.[0] ?? '';
  return [...section.matchAll(/`payctl ([^`]+)`/g)].map(([, command = '']) => command);
}

/** The address that the runbook of an alert asks, beginning so. */
export function addressIn(alert: string, beginning: string): string {
  const found = readFileSync(fileOf(alert), 'utf8')
    .split('`')
    .find((one) => one.startsWith(`curl -sv ${beginning}`));
  return (found ?? '').replace('curl -sv ', '');
}

export function writePrinted(alert: string, printed: string): void {
  const lines = printed.trimEnd().split('\n');
  const shown = lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX - 2), '…', lines.at(-1)!] : lines;
  const file = fileOf(alert);
  const document = readFileSync(file, 'utf8');
  const written = document.replace(
    blockOf(alert),
    (_all, before: string, _old, after: string) => `${before}${shown.join('\n')}\n${after}`,
  );
  writeFileSync(file, written);
}

function blockOf(alert: string): RegExp {
  return new RegExp(`(\n## ${alert}\n(?:(?!\n## ).)*?\`\`\`text\n)(.*?)\n?(\`\`\`)`, 's');
}

function fileOf(alert: string): string {
  for (const group of alertGroups) {
    const found = group.alerts.find(({ name }) => name === alert);
    if (found !== undefined) return join(REPOSITORY, runbookOf(group, found).split('#')[0]!);
  }
  throw new Error(`there is no alert ${alert}`);
}
