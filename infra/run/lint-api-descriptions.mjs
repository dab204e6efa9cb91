import { createRequire } from 'node:module';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const load = createRequire(import.meta.url);
const { stringifyJson } = load('../../packages/contracts/dist/json.js');
const { openApiDocument } = load('../../apps/confirm-api/dist/adapters/http/documentation/openapi-document.js');
const { openApiDocument: documentOf } = load('../../packages/toss-sandbox/dist/openapi.js');
const { controlRoutes } = load('../../packages/toss-sandbox/dist/routes/control-routes.js');

/** As they are served, and built before. */
const documents = {
  'confirm-api /v3/api-docs': openApiDocument,
  'toss-sandbox /__sim/openapi.json': documentOf(controlRoutes),
};

// All rules of the public linter, the recommended ones as errors, with one exception: `orders/cancel` fits two of the paths
// that the product fixes, but no payment id is `orders`, and no order id `cancel`.
const config = await createConfig({ extends: ['recommended-strict'], rules: { 'no-ambiguous-paths': 'off' } });
for (const [name, document] of Object.entries(documents)) {
  const problems = await lintFromString({ source: stringifyJson(document), absoluteRef: `${name}.json`, config });
  for (const { ruleId, message, location } of problems) {
    console.error(`${name} ${location[0]?.pointer ?? ''}: ${message} (${ruleId})`);
    process.exitCode = 1;
  }
}
