import { CachedHealthCheck } from './cached-health-check';
import { type HealthCheck, type HealthCheckResult } from './health-check';
import { type HealthReport } from './health-report';
import { type Logger } from '@koosco/payment-telemetry';

export interface HealthChecksOptions {
  readonly logger: Logger;
  /** From the moment it aborts the worker is not ready, so that no new work is sent to it while it drains. */
  readonly shutdownSignal?: AbortSignal;
  /** How long one check may take before it counts as DOWN. */
  readonly timeoutMs?: number;
  /** How long an UP is repeated without asking again: probes must not load what they probe. A DOWN is for a tenth of a second at most. */
  readonly cacheMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * What a worker knows about its own health. Readiness: may work be sent here (dependencies answer, not shutting down)?
 * Liveness: does the process make progress, or would only a restart help? A dependency that is down must not be a
 * liveness check, or an outage of the database restarts every worker.
 */
export class HealthChecks {
  private readonly livenessChecks = new Map<string, CachedHealthCheck>();
  private readonly readinessChecks = new Map<string, CachedHealthCheck>();

  constructor(private readonly options: HealthChecksOptions) {}

  /** Throws if the name is taken. */
  addReadinessCheck(name: string, check: HealthCheck): void {
    this.readinessChecks.set(name, this.cached(name, check));
  }

  /** Throws if the name is taken. */
  addLivenessCheck(name: string, check: HealthCheck): void {
    this.livenessChecks.set(name, this.cached(name, check));
  }

  liveness(): Promise<HealthReport> {
    return report([...this.livenessChecks]);
  }

  async readiness(): Promise<HealthReport> {
    return this.withShutdown(await report([...this.readinessChecks]));
  }

  async overall(): Promise<HealthReport> {
    return this.withShutdown(await report([...this.livenessChecks, ...this.readinessChecks]));
  }

  private cached(name: string, check: HealthCheck): CachedHealthCheck {
    if (name === SHUTDOWN || this.livenessChecks.has(name) || this.readinessChecks.has(name)) {
      throw new Error(`There is already a health check named "${name}"`);
    }
    const { logger, timeoutMs = 2_000, cacheMs = 1_000, now = () => performance.now() } = this.options;
    return new CachedHealthCheck({ name, check, logger, timeoutMs, cacheMs, now });
  }

  private withShutdown({ status, components }: HealthReport): HealthReport {
    if (this.options.shutdownSignal?.aborted !== true) return { status, components };
    return { status: 'DOWN', components: { ...components, [SHUTDOWN]: { status: 'DOWN' } } };
  }
}

// Present only while the worker drains.
const SHUTDOWN = 'shutdown';

async function report(checks: readonly (readonly [string, CachedHealthCheck])[]): Promise<HealthReport> {
  const components = await Promise.all(
    checks.map(async ([name, check]): Promise<[string, HealthCheckResult]> => [name, await check.result()]),
  );
  return {
    status: components.every(([, { status }]) => status === 'UP') ? 'UP' : 'DOWN',
    components: Object.fromEntries(components),
  };
}
