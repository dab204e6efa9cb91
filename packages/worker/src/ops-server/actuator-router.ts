import { Router, type Response } from 'express';
import { type HealthChecks } from '../health/health-checks';
import { type HealthReport } from '../health/health-report';
import { type Metrics } from '@koosco/payment-telemetry';

export interface ActuatorOptions {
  readonly health: HealthChecks;
  readonly metrics: Metrics;
  /** What `/actuator/info` shows: name, version; nothing secret. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/**
 * GET `/actuator/health`, `/actuator/health/liveness`, `/actuator/health/readiness`, `/actuator/prometheus` and
 * `/actuator/info`, answering as Spring Boot's actuator does, whose probes and dashboards are in place. Paths are
 * absolute: `app.use(actuatorRouter(…))`. Other paths are left to the app.
 */
export function actuatorRouter({ health, metrics, info = {} }: ActuatorOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/actuator/health', async (_request, response) => {
    const report = await health.overall();
    sendHealth(response, { ...report, groups: ['liveness', 'readiness'] });
  });
  router.get('/actuator/health/liveness', async (_request, response) => {
    sendHealth(response, await health.liveness());
  });
  router.get('/actuator/health/readiness', async (_request, response) => {
    sendHealth(response, await health.readiness());
  });
  router.get('/actuator/prometheus', async (_request, response) => {
    const exposition = await metrics.registry.metrics();
    // Not `send`: it would rewrite the parameters of the content type.
    response.set('Content-Type', metrics.registry.contentType).end(exposition);
  });
  router.get('/actuator/info', (_request, response) => {
    response.json(info);
  });
  return router;
}

function sendHealth(response: Response, report: HealthReport & { readonly groups?: readonly string[] }): void {
  response
    .status(report.status === 'UP' ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json(report);
}
