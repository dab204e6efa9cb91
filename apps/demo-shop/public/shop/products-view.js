import { h, svg } from '../page/elements.js';
import { ask } from '../page/server.js';
import { t, won } from '../page/settings.js';
import { cart } from './cart.js';
import { session } from './session.js';

export function productsView({ go }) {
  const summary = h('section', { 'aria-labelledby': 'cart-title', class: 'card' });
  const showCart = () => summary.replaceChildren(...cartContent(order));
  const order = async ({ target }) => {
    target.disabled = true;
    const { orderId } = await ask('/orders', { items: cart.items });
    cart.empty();
    go(`/pay/${orderId}`);
  };
  const change = (skuId, by) => {
    cart.change(skuId, by);
    showCart();
  };
  showCart();
  return {
    title: t('shop'),
    content: [
      h('p', {}, t('shop.introduction')),
      h(
        'ul',
        { class: 'products' },
        session.products.map((product) => productCard(product, change)),
      ),
      summary,
    ],
  };
}

function productCard({ skuId, priceKrw }, change) {
  return h(
    'li',
    { class: 'card product' },
    svg('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' }, svg('path', { d: drawings[skuId] })),
    h('h2', {}, t(`product.${skuId}`)),
    h('p', {}, won(priceKrw)),
    h(
      'button',
      { type: 'button', onclick: () => change(skuId, 1) },
      t('cart.add'),
      hidden(` ${t(`product.${skuId}`)}`),
    ),
  );
}

function cartContent(order) {
  const price = new Map(session.products.map(({ skuId, priceKrw }) => [skuId, priceKrw]));
  const { items } = cart;
  const sum = items.reduce((total, { skuId, quantity }) => total + price.get(skuId) * quantity, 0);
  const list = items.map(({ skuId, quantity }) =>
    h(
      'li',
      {},
      h('span', {}, `${t(`product.${skuId}`)} × ${quantity}`),
      h('span', {}, won(price.get(skuId) * quantity)),
    ),
  );
  return [
    h('h2', { id: 'cart-title' }, t('cart')),
    items.length === 0 ? h('p', {}, t('cart.empty')) : h('ul', { class: 'lines' }, list),
    h('p', { class: 'sum', role: 'status' }, t('cart.sum', { sum: won(sum) })),
    h(
      'button',
      { type: 'button', class: 'main', id: 'order', disabled: items.length === 0, onclick: order },
      t('cart.order'),
    ),
  ];
}

const hidden = (text) => h('span', { class: 'visually-hidden' }, text);

const drawings = {
  TEA: 'M14 10h20v30a4 4 0 0 1-4 4H18a4 4 0 0 1-4-4zM14 18h20M20 26h8v8h-8zM18 4h12v6H18z',
  CUP: 'M8 16h26v18a8 8 0 0 1-8 8H16a8 8 0 0 1-8-8zM34 20h4a6 6 0 0 1 0 12h-4M16 6v5M24 6v5',
  LAMP: 'M16 6h16l8 20H8zM24 26v16M14 42h20',
  CHAIR: 'M14 4h20v20H14zM12 24h24v6H12zM14 30v14M34 30v14',
};
