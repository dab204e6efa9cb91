import { type FaultRow, type SeenRow } from './fault-row';

const HEADINGS = ['request', 'fault', 'first answer', 'asked again later', 'money at Toss', 'events', 'at the end'];

/** The table in Markdown, its columns aligned as the formatter aligns them; with the times only where they are wanted. */
export function faultTable(rows: readonly (FaultRow & { readonly seen: SeenRow })[], withTimes: boolean): string {
  const cells = rows.map(({ request, fault, seen }) => [
    ...[request, fault, seen.answer, seen.again, seen.money, seen.events, seen.end],
    ...(withTimes ? [`${seen.seconds.toFixed(1)} s`] : []),
  ]);
  const headings = [...HEADINGS, ...(withTimes ? ['settled after'] : [])];
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...cells.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
