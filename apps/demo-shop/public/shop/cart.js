const KEY = 'cart';

/** What this person is about to order: how many by sku. */
export const cart = {
  quantities: JSON.parse(localStorage.getItem(KEY) ?? '{}'),

  change(skuId, by) {
    const quantity = Math.min(99, Math.max(0, (this.quantities[skuId] ?? 0) + by));
    this.quantities = { ...this.quantities, [skuId]: quantity };
    if (quantity === 0) delete this.quantities[skuId];
    localStorage.setItem(KEY, JSON.stringify(this.quantities));
  },

  empty() {
    this.quantities = {};
    localStorage.removeItem(KEY);
  },

  get items() {
    return Object.entries(this.quantities).map(([skuId, quantity]) => ({ skuId, quantity }));
  },
};
