/** What is younger may not be in Toss's list yet: a row takes up to a minute to appear. */
const YOUNGEST_MS = 2 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS } as const;

export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/**
 * From `--from` to `--to`, each an instant (`2026-11-27T09:00:00Z`) or so long ago (`90m`, `24h`, `7d`); the last day unless
 * told. @returns why not, where it is none.
 */
export function periodOf(given: { from?: string | undefined; to?: string | undefined }, now: Date): Period | string {
  const to = given.to === undefined ? new Date(now.getTime() - YOUNGEST_MS) : instantOf(given.to, now);
  if (to === null) return `--to is an instant such as 2026-11-27T09:00:00Z, or so long ago as 90m, not '${given.to}'`;
  const from = given.from === undefined ? new Date(to.getTime() - DAY_MS) : instantOf(given.from, now);
  if (from === null)
    return `--from is an instant such as 2026-11-27T09:00:00Z, or so long ago as 24h, not '${given.from}'`;
  if (from >= to) return `--from (${from.toISOString()}) must be before --to (${to.toISOString()})`;
  return { from, to };
}

function instantOf(text: string, now: Date): Date | null {
  const [, count, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  // A date without its zone would mean another time on each machine.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
