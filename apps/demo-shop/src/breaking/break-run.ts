/** One thing that was broken on purpose, and what came of it. */
export interface BreakRun {
  readonly id: number;
  readonly name: string;
  /** The order it was done to, where it is about one. */
  readonly orderId: string | null;
  readonly startedAtMs: number;
  readonly state: 'running' | 'recovered' | 'failed';
  /** From the break to everything being well again; null until then. */
  readonly tookMs: number | null;
  /** What happened so far: a text of the page, its values, and how long after the break. */
  readonly steps: readonly { readonly afterMs: number; readonly kind: string; readonly values: StepValues }[];
}

export type StepValues = Readonly<Record<string, string | number>>;

/** What a breakage tells about itself while it goes on. */
export interface Telling {
  readonly step: (kind: string, values?: StepValues) => void;
  readonly about: (orderId: bigint) => void;
  /** Aborted when the shop ends or the breakage takes too long. */
  readonly signal: AbortSignal;
}

const KEPT_RUNS = 8;
/** A broker or database that is started again under load may take most of a minute; after this it will not come. */
const PATIENCE_MS = 180_000;

/** The last runs, the newest first. */
export class BreakRuns {
  #runs: readonly BreakRun[] = [];
  #lastId = 0;

  constructor(private readonly signal: AbortSignal) {}

  list(): readonly BreakRun[] {
    return this.#runs;
  }

  /** Begins it and returns at once. What it throws is told as a failure. `mayLast`: it ends when somebody says so. */
  begin(name: string, work: (telling: Telling) => Promise<void>, { mayLast = false } = {}): BreakRun {
    const startedAtMs = Date.now();
    const id = ++this.#lastId;
    const begun: BreakRun = { id, name, orderId: null, startedAtMs, state: 'running', tookMs: null, steps: [] };
    this.#runs = [begun, ...this.#runs].slice(0, KEPT_RUNS);
    const change = (by: (run: BreakRun) => Partial<BreakRun>) => {
      this.#runs = this.#runs.map((run) => (run.id === id ? { ...run, ...by(run) } : run));
    };
    const afterMs = () => Date.now() - startedAtMs;
    const step = (kind: string, values: StepValues = {}) =>
      change(({ steps }) => ({ steps: [...steps, { afterMs: afterMs(), kind, values }] }));
    const patience = new AbortController();
    const giveUp = () => patience.abort(new Error(`not well again after ${PATIENCE_MS / 1_000} s`));
    const timer = mayLast ? undefined : setTimeout(giveUp, PATIENCE_MS);
    const signal = AbortSignal.any([this.signal, patience.signal]);
    work({ step, about: (orderId) => change(() => ({ orderId: String(orderId) })), signal })
      .then(() => change(() => ({ state: 'recovered', tookMs: afterMs() })))
      .catch((error: unknown) => {
        step('failed', { why: error instanceof Error ? error.message : String(error) });
        change(() => ({ state: 'failed' }));
      })
      .finally(() => clearTimeout(timer));
    return begun;
  }
}
