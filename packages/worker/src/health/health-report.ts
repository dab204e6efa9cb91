import { type HealthCheckResult } from './health-check';

/** DOWN as soon as one component is. */
export interface HealthReport {
  readonly status: 'UP' | 'DOWN';
  readonly components: Readonly<Record<string, HealthCheckResult>>;
}
