import { Router } from 'express';
import { Feed } from './feed';
import { refuse } from './refuse';
import { type ShopParts } from './shop-parts';

const ORDER_INTERVAL_MS = 250;
const SYSTEM_INTERVAL_MS = 1_000;
const RUNS_INTERVAL_MS = 200;

/** What happens behind the shop, as server-sent events, and what may be done to it. */
export function behindRoutes({ orderWatch, systemWatch, breakages }: ShopParts): Router {
  const router = Router();
  const orders = new Feed((orderId) => orderWatch.look(BigInt(orderId)), ORDER_INTERVAL_MS);
  const system = new Feed(() => systemWatch.look(), SYSTEM_INTERVAL_MS);
  const runs = new Feed(
    () => Promise.resolve({ breakages: breakages.list(), runs: breakages.runs() }),
    RUNS_INTERVAL_MS,
  );

  router.get('/behind/orders/:orderId', (request, response) => {
    const { orderId } = request.params;
    if (/^\d{1,19}$/.test(orderId)) orders.serve(orderId, request, response);
    else refuse(response, 404, 'an order id is a number');
  });
  router.get('/behind/system', (request, response) => system.serve('system', request, response));
  router.get('/break', (request, response) => runs.serve('runs', request, response));
  router.post('/break/:name', (request, response) => {
    const run = breakages.press(request.params.name);
    if (run === undefined) refuse(response, 404, `there is no such thing to break; GET /api/break lists what there is`);
    else response.status(202).json(run);
  });
  return router;
}
