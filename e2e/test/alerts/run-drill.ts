import { type AlertWatch } from './alert-watch';
import { type Drill, type DrillGroup, type Seen } from './drill';
import { type DrillScene } from './drill-scene';

const PATIENCE_MS = 110_000;

/** What a drill came to: by alert what was seen, and what its first command printed meanwhile. */
export interface DrillRun {
  readonly drill: Drill;
  /** Until it is broken, all its alerts have fired, and it is mended. */
  readonly mended: Promise<unknown>;
  /** One for each alert, in their order; that one fails says nothing about the others. */
  readonly seen: readonly { readonly alert: string; readonly seen: Promise<Seen> }[];
  readonly printed: Promise<string>;
}

export interface DrillParts {
  readonly scene: DrillScene;
  readonly watch: AlertWatch;
  /** Runs payctl, and resolves with what it prints. */
  readonly payctl: (args: readonly string[]) => Promise<string>;
}

/** Groups one after the other, and the long ones beside them. */
export function runDrills(
  groups: readonly DrillGroup[],
  long: readonly Drill[],
  parts: DrillParts,
): readonly DrillRun[] {
  let before: Promise<unknown> = Promise.resolve();
  const beside = long.map((drill) => runDrill(drill, before, parts));
  const grouped = groups.map(({ drills }) => {
    const runs = drills.map((drill) => runDrill(drill, before, parts));
    before = Promise.allSettled(runs.map(({ mended }) => mended));
    return runs;
  });
  return [...beside, ...grouped.flat()];
}

function runDrill(drill: Drill, before: Promise<unknown>, { scene, watch, payctl }: DrillParts): DrillRun {
  const over = new AbortController();
  const begun = before.then(() => drill.begin(scene, over.signal));
  const fired = drill.alerts.map((alert) => begun.then(() => watch.until(alert, 'fires', PATIENCE_MS)));
  const printed = Promise.all(fired).then(() => payctl(drill.look(scene)));
  const mended = Promise.allSettled([...fired, printed]).then(async () => {
    over.abort();
    await drill.end?.(scene);
  });
  const firedAfterwards = (drill.afterwards ?? []).map((alert) =>
    mended.then(() => watch.until(alert, 'fires', PATIENCE_MS)),
  );
  const alerts = [...drill.alerts, ...(drill.afterwards ?? [])];
  const seen = [...fired, ...firedAfterwards].map(async (one, index): Promise<Seen> => {
    const firedAfter = await one;
    await mended;
    return { firedAfter, clearedAfter: await watch.until(alerts[index]!, 'is clear', PATIENCE_MS) };
  });
  // Each is awaited by its test, which may come later than its failure.
  for (const one of [begun, ...fired, ...firedAfterwards, ...seen, printed, mended]) one.catch(() => undefined);
  return { drill, mended, printed, seen: seen.map((one, index) => ({ alert: alerts[index]!, seen: one })) };
}
