import { randomUUID } from 'node:crypto';
import { type Logger, withCorrelationId } from '@koosco/payment-observability';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { type AuthenticatedRequest } from './authenticated-request';
import { type Authentication } from './authentication';
import { commonErrorCodes } from './error-codes';
import { errorHandler } from './error-handler';
import { HttpError } from './http-error';
import { jsonBody } from './json-body';
import { apiDocumentation } from './api-documentation';
import { type PaymentController } from './payment-controller';
import { type RequestMetrics } from './request-metrics';
import { type WidgetController } from './widget-controller';

export interface HttpAppParts {
  readonly widget: WidgetController;
  readonly payments: PaymentController;
  readonly authentication: Authentication;
  /** `/actuator/*`: open, as probes and scrapers carry no token. */
  readonly actuator: RequestHandler;
  readonly metrics: RequestMetrics;
  readonly logger: Logger;
  /** Whether an error means that a dependency is away for now, rather than that something is wrong. */
  readonly isUnavailable: (error: unknown) => boolean;
}

/** The routes of the service. What is under `/api` needs a token, whatever its path: default deny. */
export function httpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // The documentation page is also read over plain HTTP, inside the network; its scripts must not be asked for over TLS.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(parts.actuator);
  app.use(apiDocumentation());
  app.use('/api', parts.metrics.measure, inCorrelation, authenticate(parts), api(parts));
  app.use(() => {
    throw new HttpError(commonErrorCodes.NOT_FOUND);
  });
  app.use(errorHandler(parts.logger, parts.isUnavailable));
  return app;
}

function api({ widget, payments }: HttpAppParts): RequestHandler {
  const router = express.Router({ caseSensitive: true });
  router
    .route('/payments/confirm')
    .post(
      jsonBody(),
      authenticated((request, response) => widget.confirmPayment(request, response)),
    )
    .all(onlyMethods('POST'));
  router
    .route('/payments/orders/:orderId/checkout')
    .get(authenticated((request, response) => payments.checkout(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/payments/orders/:orderId')
    .get(authenticated((request, response) => payments.paymentOfOrder(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/payments/:paymentId')
    .get(authenticated((request, response) => payments.payment(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** A correlation id of the caller is kept when it is harmless to print, otherwise a fresh one is made. */
function inCorrelation(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-correlation-id') ?? '';
  const correlationId = /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
  response.set('X-Correlation-Id', correlationId).set('Cache-Control', 'no-store');
  response.locals['correlationId'] = correlationId;
  withCorrelationId(correlationId, next);
}

function authenticate({ authentication }: HttpAppParts): RequestHandler {
  return async (request, response, next) => {
    const requester = await authentication.requesterOf(request.get('authorization'));
    const correlationId = response.locals['correlationId'] as string;
    Object.assign(request, { context: { requester, correlationId } });
    next();
  };
}

function authenticated(
  handle: (request: AuthenticatedRequest, response: Response) => Promise<void>,
): (request: Request, response: Response) => Promise<void> {
  // `authenticate` runs before every route of the API and has put the context there, or ended the request.
  return (request, response) => handle(request as AuthenticatedRequest, response);
}

function onlyMethods(...methods: string[]): RequestHandler {
  return () => {
    throw new HttpError(commonErrorCodes.METHOD_NOT_ALLOWED, { headers: { Allow: methods.join(', ') } });
  };
}
