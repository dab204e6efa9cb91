import { instantOf } from '../instant';

/** What is younger may not be in Toss's list yet: a row takes up to a minute to appear. */
const YOUNGEST_MS = 2 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

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
