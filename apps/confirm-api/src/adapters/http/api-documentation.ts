import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import { openApiDocument } from './openapi-document';

/**
 * The API's description for machines (`/v3/api-docs`) and for people (`/swagger-ui.html`), where the platform's
 * services have always had them. Open: it holds nothing that a caller may not know.
 */
export function apiDocumentation(): Router {
  const router = express.Router();
  const assets = getAbsoluteFSPath();
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
