import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { type Router } from 'express';
import { openApiDocument } from './openapi-document';

/**
 * The API's description for machines (`/v3/api-docs`) and for people (`/swagger-ui.html`), where the platform's
 * services have always had them. Open: it holds nothing that a caller may not know.
 */
export function apiDocumentation(): Router {
  const router = express.Router();
  // Found and not loaded: its module is the browser's bundle, 1.4 MB of code that a worker never runs.
  const assets = dirname(require.resolve('swagger-ui-dist'));
  const page = readFileSync(join(assets, 'index.html'), 'utf8').replace(/(src|href)="(\.\/)?/g, '$1="swagger-ui/');
  router.get('/v3/api-docs', (_request, response) => {
    response.json(openApiDocument);
  });
  router.get('/swagger-ui.html', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/swagger-ui/swagger-initializer.js', (_request, response) => {
    response.type('js').send(START_PAGE);
  });
  router.use('/swagger-ui', express.static(assets, { index: false, maxAge: '1d' }));
  return router;
}

const START_PAGE = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '/v3/api-docs',
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'StandaloneLayout',
  });
};`;
