import { type Metrics } from '@koosco/payment-telemetry';
import { type Request, type RequestHandler } from 'express';

/** Durations of API requests, under the name and labels that the platform's dashboards already read from Spring. */
export class RequestMetrics {
  readonly measure: RequestHandler;

  constructor(metrics: Metrics) {
    const durations = metrics.histogram({
      name: 'http_server_requests_seconds',
      help: 'Duration of API requests, by route and status',
      labelNames: ['method', 'uri', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    });
    this.measure = (request, response, next) => {
      const end = durations.startTimer({ method: request.method });
      response.once('finish', () => {
        end({ uri: routeOf(request), status: String(response.statusCode) });
      });
      next();
    };
  }
}

/** The route's pattern, not the path: paths hold ids, and each id would be a time series of its own. */
export function routeOf(request: Request): string {
  const route = request.route as { path: string } | undefined;
  return route === undefined ? 'none' : `/api${route.path}`.replace(/:(\w+)/g, '{$1}');
}
