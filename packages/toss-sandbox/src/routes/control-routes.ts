import { openApiDocument } from '../openapi';
import { clockRoutes } from './clock-routes';
import { json, type ControlRoute } from './control-route';
import { faultRoutes } from './fault-routes';
import { ledgerRoutes } from './ledger-routes';
import { paymentRoutes } from './payment-routes';
import { requestRoutes } from './request-routes';
import { webhookRoutes } from './webhook-routes';

const serviceRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/health',
    summary: 'Answers when the sandbox takes requests',
    handle: () => json({ status: 'UP' }),
  },
  {
    method: 'GET',
    path: '/__sim/openapi.json',
    summary: 'This document',
    handle: () => json(openApiDocument(controlRoutes)),
  },
  {
    method: 'GET',
    path: '/__sim/metrics',
    summary: 'Prometheus metrics',
    handle: async (_request, { metrics }) => ({
      ...{ kind: 'text', status: 200 },
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  },
];

/** The whole control plane. */
export const controlRoutes: readonly ControlRoute[] = [
  ...serviceRoutes,
  ...paymentRoutes,
  ...ledgerRoutes,
  ...clockRoutes,
  ...faultRoutes,
  ...requestRoutes,
  ...webhookRoutes,
];
