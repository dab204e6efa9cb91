import { inSpan, traceParentOf } from '@koosco/payment-telemetry';
import { type Request, type RequestHandler, type Response } from 'express';
import { routeOf } from './request-metrics';

/** A span of each request, in the trace of whoever sent it. */
export const traceRequest: RequestHandler = (request, response, next) => {
  const { method } = request;
  inSpan(
    { name: method, kind: 'SERVER', attributes: { 'http.request.method': method } },
    traceParentOf(request.headers['traceparent']),
    (span) => {
      if (span !== null) response.once('close', () => span.end(endOf(request, response)));
      next();
    },
  );
};

/** Its route is known when it was found. */
function endOf(request: Request, { statusCode: status }: Response) {
  const route = routeOf(request);
  return {
    name: `${request.method} ${route}`,
    attributes: { 'http.route': route, 'http.response.status_code': status },
    ...(status >= 500 && { error: String(status) }),
  };
}
