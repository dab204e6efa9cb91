/**
 * Asks one dependency, or one piece of the worker, how it is. A rejection means DOWN. `signal` aborts when the check
 * has taken too long: its answer is no longer read then.
 */
export type HealthCheck = (signal: AbortSignal) => Promise<HealthCheckResult>;

export interface HealthCheckResult {
  readonly status: 'UP' | 'DOWN';
  /** Shown to whoever may reach the port: counts, ages, states; no addresses of accounts, no messages of errors. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}
