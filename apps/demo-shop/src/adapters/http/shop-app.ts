import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { join } from 'node:path';
import { type Surroundings } from '../../surroundings';
import { behindRoutes } from './behind-routes';
import { refuse } from './refuse';
import { type ShopParts } from './shop-parts';
import { shopRoutes } from './shop-routes';

// src/adapters/http and dist/adapters/http both lie three folders below.
const PUBLIC = join(__dirname, '..', '..', '..', 'public');
/** Addresses that the page itself tells apart. */
const PAGES = ['/', '/pay/:orderId', '/paid', '/failed', '/orders', '/system', '/break'];

export function shopApp(parts: ShopParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyFromHere, contentSecurity(parts.surroundings));
  // Some pages are called like the folder of their modules, and no folder is shown.
  app.use(express.static(PUBLIC, { index: false, redirect: false, cacheControl: false }));
  app.get(PAGES, (_request, response) => response.sendFile(join(PUBLIC, 'index.html')));
  app.use('/api', express.json({ limit: '16kb' }), shopRoutes(parts), behindRoutes(parts));
  app.use((_request, response) => refuse(response, 404, 'there is nothing at this address'));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const { status = 500, message } = error as { status?: number; message?: string };
    refuse(response, status, message ?? String(error));
  });
  return app;
}

/**
 * Any page that this person has open may send requests to 127.0.0.1. What changes something must be JSON, which no foreign
 * page may send without being asked first; and a foreign name for this address gets nothing.
 */
function onlyFromHere(request: Request, response: Response, next: NextFunction): void {
  const isHere = ['127.0.0.1', 'localhost'].includes(request.hostname);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isHere) refuse(response, 403, 'the shop is at 127.0.0.1 and nowhere else');
  else if (!isRead && request.is('application/json') === false) refuse(response, 415, 'send application/json');
  else next();
}

/** Nothing from elsewhere, but the script that stands for Toss's and the two services that the page speaks to. */
function contentSecurity({ apiUrl, sandboxUrl }: Surroundings) {
  const policy = [
    "default-src 'self'",
    `script-src 'self' ${sandboxUrl}`,
    // Toss's script styles what it draws in place.
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' ${apiUrl} ${sandboxUrl}`,
    "img-src 'self' data:",
    "frame-ancestors 'none'",
  ].join('; ');
  return (_request: Request, response: Response, next: NextFunction) => {
    response.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    next();
  };
}
