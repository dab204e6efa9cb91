import { RETRY_AFTER_SECONDS } from '@koosco/payment-application';
import { type Logger, withCorrelationId } from '@koosco/payment-telemetry';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { apiDocumentation } from '../documentation/api-documentation';
import { type AuthenticatedRequest } from '../security/authenticated-request';
import { type Authentication } from '../security/authentication';
import { correlate } from './correlation';
import { crossOrigin } from './cross-origin';
import { commonErrorCodes, paymentErrorCodes } from '../errors/error-codes';
import { errorHandler } from '../errors/error-handler';
import { HttpError } from '../errors/http-error';
import { ignoringHeaders } from './ignoring-headers';
import { jsonBody } from './json-body';
import { type ListController } from '../payments/list-controller';
import { type PaymentController, paymentIdOf } from '../payments/payment-controller';
import { locationOf } from '../payments/payment-location';
import { type RequestDeadline } from './request-deadline';
import { type NamedRequest } from './named-request';
import { type RateLimits } from './rate-limits';
import { type RequestMetrics } from './request-metrics';
import { traceRequest } from './request-trace';
import { type Workload } from './workload';
import { type CancelController } from '../refunds/cancel-controller';
import { type WebhookController } from '../webhooks/webhook-controller';
import { type WidgetController } from '../payments/widget-controller';

export interface HttpAppParts {
  readonly widget: WidgetController;
  readonly payments: PaymentController;
  readonly cancel: CancelController;
  readonly list: ListController;
  readonly named: NamedRequest;
  readonly webhooks: WebhookController;
  readonly authentication: Authentication;
  /** `/actuator/*`: open, as probes and scrapers carry no token. */
  readonly actuator: RequestHandler;
  readonly metrics: RequestMetrics;
  readonly workload: Workload;
  readonly allowedOrigins: readonly string[];
  readonly limits: RateLimits;
  readonly deadline: RequestDeadline;
  readonly logger: Logger;
  /** Whether an error means that a dependency is away for now, rather than that something is wrong. */
  readonly isUnavailable: (error: unknown) => boolean;
}

/**
 * A path is compared letter by letter, up to a slash at its end: each resource has one address, and a rule in front of
 * the service that knows the address knows all of it. (What is a number in a path is compared as one: the hexadecimal
 * digits of a UUID, and of a %-escape, may be of either case.)
 */
const PATHS = { caseSensitive: true, strict: true };

/** What is read without a token. */
const OPEN = [/^\/actuator\/(health(\/(liveness|readiness))?|info|prometheus)$/, '/v3/api-docs', '/swagger-ui.html'];

const WEBHOOKS = '/api/webhooks';

/** A payment with all its cancels is a few KB. */
const WEBHOOK_BYTES_MAX = 64 * 1024;

/** The routes of the service. What is under `/api` needs a token, whatever its path: default deny. */
export function httpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.use(inCorrelation);
  // The documentation page is also read over plain HTTP, inside the network; its scripts must not be asked for over TLS.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.all(OPEN, onlyToRead);
  app.use(parts.actuator);
  app.use(apiDocumentation());
  app.use(WEBHOOKS, traceRequest, parts.metrics.measure, neverStored, webhooks(parts));
  app.use(
    '/api',
    crossOrigin(parts.allowedOrigins),
    traceRequest,
    parts.metrics.measure,
    neverStored,
    neverCached,
    api(parts),
  );
  app.use(() => {
    throw new HttpError(commonErrorCodes.NOT_FOUND);
  });
  app.use(errorHandler(parts.logger, parts.isUnavailable));
  return app;
}

/** Open, for Toss carries no token; whatever is sent here only ever triggers a look. */
function webhooks({ webhooks: controller, deadline }: HttpAppParts): RequestHandler {
  const router = express.Router(PATHS);
  router
    .route('/toss')
    .post(jsonBody(WEBHOOK_BYTES_MAX), (request: Request, response: Response) =>
      deadline.answer(() => controller.receive(request, response), unavailable),
    )
    .all(onlyMethods('POST'));
  return router;
}

function api({
  widget,
  payments,
  cancel,
  list,
  named,
  workload,
  authentication,
  limits,
  deadline,
}: HttpAppParts): RequestHandler {
  const router = express.Router(PATHS);
  const authenticate = authenticator(authentication);
  const reading = (handle: Handler) =>
    authenticated((request, response) => deadline.answer(() => handle(request, response), unavailable));
  const movingMoney = (handle: (...of: [...Parameters<Handler>, wishId: string | null]) => Promise<void>) =>
    authenticated((request, response) =>
      deadline.answer(
        () => named.handle(request, response, (wishId) => handle(request, response, wishId)),
        () => unclear(request),
      ),
    );
  // Within each route, so that who is turned away is counted under it.
  const route = (path: string) => router.route(path).all(workload.admit, authenticate, limits.user);

  route('/payments/confirm')
    .post(
      jsonBody(),
      limits.order,
      movingMoney((request, response) => widget.confirmPayment(request, response)),
    )
    .all(onlyMethods('POST'));
  route('/payments/orders/:orderId/checkout')
    .get(reading((request, response) => payments.checkout(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  route('/payments/orders/:orderId')
    .get(reading((request, response) => payments.paymentOfOrder(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  route('/payments/:paymentId/cancel')
    .post(
      jsonBody(),
      limits.order,
      movingMoney((request, response, wishId) => cancel.cancel(request, response, wishId)),
    )
    .all(onlyMethods('POST'));
  route('/payments')
    .get(reading((request, response) => list.list(request, response)))
    .all(onlyMethods('GET', 'HEAD'));
  route('/payments/:paymentId')
    .get(reading((request, response) => payments.payment(request, response)))
    .all(onlyMethods('GET', 'HEAD'));

  // What is no route is nobody's business either.
  router.use(authenticate);
  return router;
}

function inCorrelation(request: Request, response: Response, next: NextFunction): void {
  const correlationId = correlate(request, response);
  response.locals['correlationId'] = correlationId;
  withCorrelationId(correlationId, next);
}

function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  next();
}

/** A payment is always sent: express would answer `If-None-Match: *` with 304, though nothing here has a version. */
const neverCached = ignoringHeaders('if-none-match', 'if-modified-since');

function authenticator(authentication: Authentication): RequestHandler {
  return async (request, response, next) => {
    // Of two, Node would give the first, and a proxy may have looked at the other.
    const [authorization, ...others] = request.headersDistinct['authorization'] ?? [];
    const caller = await authentication.callerOf(others.length === 0 ? authorization : undefined);
    const correlationId = response.locals['correlationId'] as string;
    Object.assign(request, { context: { ...caller, correlationId } });
    next();
  };
}

type Handler = (request: AuthenticatedRequest, response: Response) => Promise<void>;

/** Nothing was begun that somebody might miss. */
function unavailable(): HttpError {
  return new HttpError(commonErrorCodes.UNAVAILABLE, { headers: { 'Retry-After': '5' } });
}

/** Money may be moving just now. Where only the payment can tell what came of it, it is named. */
function unclear(request: AuthenticatedRequest): HttpError {
  const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  const location = request.params['paymentId'] === undefined ? {} : { Location: locationOf(paymentIdOf(request)) };
  const details = { outcome: 'unknown' };
  return new HttpError(paymentErrorCodes.PAYMENT_GATEWAY_ERROR, { details, headers: { ...headers, ...location } });
}

function authenticated(handle: Handler): (request: Request, response: Response) => Promise<void> {
  // `authenticate` runs before every handler of a route and has put the context there, or ended the request.
  return (request, response) => handle(request as AuthenticatedRequest, response);
}

function onlyToRead(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else void onlyMethods('GET', 'HEAD')(request, response, next);
}

function onlyMethods(...methods: string[]): RequestHandler {
  return () => {
    throw new HttpError(commonErrorCodes.METHOD_NOT_ALLOWED, { headers: { Allow: methods.join(', ') } });
  };
}
