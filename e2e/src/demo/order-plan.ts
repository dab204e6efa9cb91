/** What the buyer of an order does, and so what must have become of it in every record. */
export type Story = 'pays' | 'is declined' | 'pays a wrong amount' | 'owes nothing';

/** What happens to an order besides: money goes back, or the order is cancelled at some moment. */
export type Ending =
  /** The buyer cancels over HTTP, a part or (null) everything. */
  | { readonly kind: 'cancels'; readonly krw: bigint | null }
  /** order-service wants a part given back. */
  | { readonly kind: 'returns'; readonly krw: bigint }
  | { readonly kind: 'order cancelled'; readonly when: 'before it is placed' | 'while it is paid' | 'afterwards' };

export interface PlannedOrder {
  readonly orderId: bigint;
  readonly userId: bigint;
  readonly amount: bigint;
  readonly story: Story;
  /** The same event, sent again: a redelivery. */
  readonly sendsEventTwice: boolean;
  /** The same order under another event id: a retry of order-service that forgot what it had sent. */
  readonly hasSecondEvent: boolean;
  /** The buyer reloads the page that confirms. */
  readonly confirmsTwice: boolean;
  /** Nothing happens besides when it is not there. */
  readonly ending?: Ending;
}

/** From here on a double holds every other number only: a JSON parser that reads doubles finds another order in an odd one. */
const TWO_TO_THE_53RD = 9_007_199_254_740_992n;

/**
 * `count` orders, the same for the same count: every story and every oddity occurs in fixed proportions, mixed with one
 * another, and every tenth order id is one that a double cannot hold.
 */
export function planOrders(count: number): readonly PlannedOrder[] {
  return Array.from({ length: count }, (_, index) => {
    const story = storyOf(index);
    const ending = endingOf(index);
    return {
      orderId: index % 10 === 3 ? TWO_TO_THE_53RD + BigInt(index) : BigInt(index + 1),
      userId: BigInt((index % 50) + 1),
      amount: story === 'owes nothing' ? 0n : 1_000n + BigInt(index) * 10n,
      story,
      sendsEventTwice: index % 7 === 5,
      hasSecondEvent: index % 11 === 8,
      confirmsTwice: index % 3 === 1,
      ...(ending && { ending }),
    };
  });
}

function storyOf(index: number): Story {
  if (index % 20 === 4 || index % 20 === 13) return 'is declined';
  if (index % 20 === 9) return 'pays a wrong amount';
  return index % 40 === 19 ? 'owes nothing' : 'pays';
}

/** A third of the orders. */
function endingOf(index: number): Ending | undefined {
  const krw = 100n + BigInt(index % 9) * 7n;
  if (index % 9 === 2) return { kind: 'cancels', krw: index % 18 === 2 ? krw : null };
  if (index % 9 === 5) return { kind: 'returns', krw };
  if (index % 9 !== 8) return undefined;
  const moments = ['before it is placed', 'while it is paid', 'afterwards'] as const;
  return { kind: 'order cancelled', when: moments[Math.floor(index / 9) % 3] ?? 'afterwards' };
}
