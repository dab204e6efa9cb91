import { type OutboxState } from '@koosco/payment-db/operators';

/** A relay sends one every few seconds, and mends what holds them up within this. */
const FRESH_MS = 60_000;

export function isCanaryFresh({ ageMs }: OutboxState['canary']): boolean {
  return ageMs !== null && ageMs <= FRESH_MS;
}

/** What the canaries of the last hour say. */
export function canaryText({ ageMs, sent, back, p50Ms, p99Ms, maxMs }: OutboxState['canary']): string {
  if (ageMs === null) return 'none has ever come back';
  const newest = `the newest that has come back is ${(ageMs / 1_000).toFixed(1)} s old`;
  if (p50Ms === null || p99Ms === null || maxMs === null) return `${newest}; none of the last hour has`;
  const took = [p50Ms, p99Ms, maxMs].map((ms) => Math.round(ms));
  return `${newest}; of the last hour ${back} of ${sent} came back, within ${took[0]} ms (p50), ${took[1]} ms (p99), ${took[2]} ms (max)`;
}
