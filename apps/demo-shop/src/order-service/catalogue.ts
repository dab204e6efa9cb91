/** What the shop sells. Names are the page's business: it has them in two languages. */
export interface Product {
  readonly skuId: string;
  readonly priceKrw: bigint;
}

export const catalogue: readonly Product[] = [
  { skuId: 'TEA', priceKrw: 9_000n },
  { skuId: 'CUP', priceKrw: 15_000n },
  { skuId: 'LAMP', priceKrw: 48_000n },
  { skuId: 'CHAIR', priceKrw: 129_000n },
];

export interface OrderedItem {
  readonly skuId: string;
  readonly quantity: number;
}

/** Undefined when something is not for sale. */
export function priceOf(items: readonly OrderedItem[]): bigint | undefined {
  let sum = 0n;
  for (const { skuId, quantity } of items) {
    const product = catalogue.find((each) => each.skuId === skuId);
    if (product === undefined) return undefined;
    sum += product.priceKrw * BigInt(quantity);
  }
  return sum;
}
