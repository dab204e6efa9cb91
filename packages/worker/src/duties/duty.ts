import { type HealthCheck } from '../health/health-check';

/** One thing that a worker does for as long as it lives. */
export interface Duty {
  /** As the log names it. */
  readonly name: string;
  /** What it adds to the worker's readiness, and under which name. */
  readonly readiness?: { readonly component: string; readonly check: HealthCheck };
  /** Begins before the worker's dependencies are there, and has something to say while they are not. */
  readonly needsNothing?: boolean;
  /**
   * Works until `signal` aborts, and resolves when the work that was under way then has ended.
   * @throws what only a fresh process can mend; the worker then ends with exit code 1.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** What a worker cannot do without: waited for before its duties begin, asked for its readiness, closed after them. */
export interface Dependency {
  readonly name: string;
  /** Its name in the worker's readiness. */
  readonly component: string;
  readonly client: {
    /** @throws while it is away. */
    ping(): Promise<void>;
    close(): Promise<void>;
  };
}

/** Resolves when `signal` aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
