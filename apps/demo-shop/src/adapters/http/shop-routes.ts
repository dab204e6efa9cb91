import { type Request, type Response, Router } from 'express';
import { catalogue, type OrderedItem, priceOf } from '../../order-service/catalogue';
import { type ShopOrder } from '../../order-service/shop-order';
import { refuse } from './refuse';
import { type ShopParts } from './shop-parts';
import { shownOrder } from './shown-order';

const SHOWN_ORDERS_MAX = 50;
const QUANTITY_MAX = 99;

/** What the shop's page asks its own server; everything about the payment it asks confirm-api. */
export function shopRoutes({ surroundings, book, orders, buyerId }: ShopParts): Router {
  const router = Router();
  const { apiUrl, sandboxUrl, tokenOf } = surroundings;

  router.get('/session', async (_request, response) => {
    const products = catalogue.map(({ skuId, priceKrw }) => ({ skuId, priceKrw: Number(priceKrw) }));
    response.json({ apiUrl, sandboxUrl, token: await tokenOf(buyerId), products });
  });

  router.get('/orders', (_request, response) => {
    response.json(book.ordersOf(buyerId, SHOWN_ORDERS_MAX).map(shownOrder));
  });

  router.post('/orders', (request, response) => {
    const items = itemsIn(request.body);
    const payableAmount = items && priceOf(items);
    if (items === undefined || payableAmount === undefined) {
      refuse(response, 400, `items is a list of {skuId, quantity}, with 1 to ${QUANTITY_MAX} of what is sold here`);
      return;
    }
    const { order, stored } = orders.place({ userId: buyerId, items, payableAmount });
    // An order is one as soon as the shop has it; its event goes out when the broker is there.
    stored.catch(() => undefined);
    response.status(201).json({ orderId: String(order.data.orderId) });
  });

  router.get('/orders/:orderId', (request, response) => {
    const order = orderOf(request, response);
    if (order !== undefined) response.json(shownOrder(order));
  });

  router.post('/orders/:orderId/cancel', (request, response) => {
    const order = orderOf(request, response);
    if (order === undefined) return;
    orders.cancel(order.orderId).catch(() => undefined);
    response.status(202).json({});
  });

  /** What the buyer's page was told by confirm-api: the first of the four columns. */
  router.post('/orders/:orderId/told', (request, response) => {
    const order = orderOf(request, response);
    if (order === undefined) return;
    const { word, paidKrw, refundedKrw } = request.body as { word: unknown; paidKrw: unknown; refundedKrw: unknown };
    if (typeof word !== 'string' || !isKrw(paidKrw) || !isKrw(refundedKrw)) {
      refuse(response, 400, 'word is a text, paidKrw and refundedKrw are whole won');
      return;
    }
    book.tell(order.orderId, { word, paidKrw: BigInt(paidKrw), refundedKrw: BigInt(refundedKrw), at: new Date() });
    response.status(204).end();
  });

  function orderOf(request: Request<{ orderId: string }>, response: Response): ShopOrder | undefined {
    const { orderId } = request.params;
    const order = /^\d{1,19}$/.test(orderId) ? book.order(BigInt(orderId)) : undefined;
    if (order === undefined) refuse(response, 404, 'the shop knows no such order');
    return order;
  }

  return router;
}

function itemsIn(body: unknown): readonly OrderedItem[] | undefined {
  const { items } = (body ?? {}) as { items?: unknown };
  if (!Array.isArray(items) || items.length === 0 || items.length > catalogue.length) return undefined;
  return items.every(isItem) ? items : undefined;
}

function isItem(item: unknown): item is OrderedItem {
  const { skuId, quantity } = (item ?? {}) as { skuId?: unknown; quantity?: unknown };
  const isCount = typeof quantity === 'number' && Number.isInteger(quantity);
  return typeof skuId === 'string' && isCount && quantity >= 1 && quantity <= QUANTITY_MAX;
}

function isKrw(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
