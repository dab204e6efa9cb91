import { type DrillScene } from './drill-scene';

/** A fault that is really caused, and the alerts that somebody must get because of it. */
export interface Drill {
  readonly alerts: readonly string[];
  /** In plain words, for the table. */
  readonly cause: string;
  /** Before anything is broken. */
  readonly prepare?: (scene: DrillScene) => Promise<unknown>;
  /** Breaks it; what has to go on until `signal` is aborted goes on beside. */
  readonly begin: (scene: DrillScene, signal: AbortSignal) => Promise<unknown>;
  /** Alerts that come when it is mended, and not before. */
  readonly afterwards?: readonly string[];
  /** Mends it, when all alerts have fired. */
  readonly end?: (scene: DrillScene) => Promise<unknown>;
  /** What the runbook says to look at first: arguments of payctl. */
  readonly look: (scene: DrillScene) => readonly string[];
  /** What stands for `<order>` and the like in what the runbooks of its alerts have typed later. */
  readonly filledIn?: (scene: DrillScene) => Promise<Readonly<Record<string, string>>>;
}

/** Drills that do not disturb one another; the next begins when all alerts of this one have fired and all was mended. */
export interface DrillGroup {
  readonly title: string;
  readonly drills: readonly Drill[];
}

/** What was seen of an alert, in seconds since its fault began and since it was mended. */
export interface Seen {
  readonly firedAfter: number;
  readonly clearedAfter: number;
}
