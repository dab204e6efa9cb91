import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringifyJson } from '@koosco/payment-contracts/json';
import express, { type RequestHandler, type Router } from 'express';
import { ignoringHeaders } from '../server/ignoring-headers';
import { indentedJson } from './indented-json';
import { openApiDocument } from './openapi-document';

/**
 * The API's description for machines (`/v3/api-docs`) and for people (`/swagger-ui.html`), where the platform's
 * services have always had them. Open: it holds nothing that a caller may not know.
 */
export function apiDocumentation(): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  // Bounds of 64-bit integers, which JSON.stringify would refuse.
  const document = stringifyJson(openApiDocument);
  // Found and not loaded: its module is the browser's bundle, 1.4 MB of code that a worker never runs.
  const assets = dirname(require.resolve('swagger-ui-dist'));
  const page = readFileSync(join(assets, 'index.html'), 'utf8').replace(/(src|href)="(\.\/)?/g, '$1="swagger-ui/');
  router.get('/v3/api-docs', newEachTime, (_request, response) => {
    response.type('json').send(document);
  });
  router.get('/swagger-ui.html', newEachTime, (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/swagger-ui/swagger-initializer.js', newEachTime, (_request, response) => {
    response.type('js').send(START_PAGE);
  });
  router.use('/swagger-ui', unconditionally, express.static(assets, { index: false, redirect: false, maxAge: '1d' }));
  return router;
}

/** A deployment may change it. */
const newEachTime: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-cache');
  next();
};

/** A part of a script, or a script on condition, is of use to nobody: whatever is asked for is given whole. */
const unconditionally = ignoringHeaders('range', 'if-match', 'if-unmodified-since');

/** Swagger UI parses an answer and prints it anew, which rounds ids above 2^53: it is given text in lines instead. */
const START_PAGE = `${indentedJson.toString()}

const answersAsTheyAre = () => ({
  wrapComponents: {
    responseBody: (Original, { React }) => (props) =>
      typeof props.content === 'string' && /json/i.test(props.contentType)
        ? React.createElement(Original, { ...props, contentType: 'text/plain', content: indentedJson(props.content) })
        : React.createElement(Original, props),
  },
});

window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '/v3/api-docs',
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [answersAsTheyAre],
    layout: 'StandaloneLayout',
  });
};`;
