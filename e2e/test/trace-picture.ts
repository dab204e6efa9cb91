import { type CollectedSpan } from '@koosco/payment-telemetry/testing';

const COLOURS: Readonly<Record<string, string>> = {
  'order-consumer': '#2b6cb0',
  'confirm-api': '#2f855a',
  'outbox-relay': '#b7791f',
};
const [WIDTH, LEFT, ROW, TOP] = [960, 330, 24, 34] as const;

/**
 * A trace as its collector would draw it: a bar for each span, in the order of their beginnings. What lies between two spans and is
 * longer than all of them, such as a buyer who thinks, is cut to a share of the width.
 */
export function tracePicture(spans: readonly CollectedSpan[]): string {
  const rows = [...spans].sort((a, b) => a.startMs - b.startMs);
  const xOf = scaleOf(rows);
  const bars = rows.map(({ name, service, startMs, endMs }, index) => {
    const [x, y] = [xOf(startMs), TOP + index * ROW];
    const width = Math.max(2, xOf(endMs) - x);
    const ms = endMs - startMs;
    return [
      `<text x="8" y="${y + 13}">${name}</text>`,
      `<text x="${LEFT - 10}" y="${y + 13}" text-anchor="end" fill="${COLOURS[service]}">${service}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="14" rx="2" fill="${COLOURS[service]}"/>`,
      `<text x="${(x + width + 5).toFixed(1)}" y="${y + 13}" fill="#4a5568">${ms.toFixed(ms < 10 ? 1 : 0)} ms</text>`,
    ].join('\n');
  });
  const height = TOP + rows.length * ROW + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="8" y="20" font-weight="bold">One order, one trace</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

const GAP = 0.08;

/** Time to place, with everything in which nothing happens made short. */
function scaleOf(rows: readonly CollectedSpan[]): (ms: number) => number {
  const busy: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of rows) {
    const last = busy.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else busy.push({ startMs, endMs });
  }
  const width = WIDTH - LEFT - 70;
  const total = busy.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const perMs = (width * (1 - GAP * (busy.length - 1))) / total;
  return (ms) => {
    let x = LEFT;
    for (const { startMs, endMs } of busy) {
      if (ms <= endMs) return x + Math.max(0, ms - startMs) * perMs;
      x += (endMs - startMs) * perMs + width * GAP;
    }
    return x;
  };
}
