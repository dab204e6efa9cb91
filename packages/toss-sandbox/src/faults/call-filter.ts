import { z } from 'zod';
import { type Call, routeNames } from './call';

/** Which requests a rule is about. Every given property must hold; an empty filter is about every request. */
export const callFilter = z.strictObject({
  route: z.enum(routeNames).optional(),
  orderId: z.string().optional(),
  paymentKey: z.string().optional(),
  nth: z.int().min(1).optional().describe('Only the nth request that matches the rest since the rule was added'),
  probability: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Drawn from the seed of the rule, the order id and how often that order was asked before, so that a run with racing requests draws the same',
    ),
  times: z.int().min(1).optional().describe('How many requests the rule acts on before it retires'),
});

export type CallFilter = Readonly<z.infer<typeof callFilter>>;

/** Counts the requests of one rule and says on which of them it acts. */
export class CallCounter {
  private matched = 0;
  private acted = 0;
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly filter: CallFilter,
    private readonly seed: number,
  ) {}

  get timesActed(): number {
    return this.acted;
  }

  /** True when the rule acts on this call; counts it either way. */
  takes(call: Call): boolean {
    const { filter } = this;
    if (filter.route !== undefined && filter.route !== call.route) return false;
    if (filter.orderId !== undefined && filter.orderId !== call.orderId) return false;
    if (filter.paymentKey !== undefined && filter.paymentKey !== call.paymentKey) return false;
    if (filter.times !== undefined && this.acted >= filter.times) return false;
    this.matched += 1;
    if (filter.nth !== undefined && this.matched !== filter.nth) return false;
    if (filter.probability !== undefined && this.draw(call) >= filter.probability) return false;
    this.acted += 1;
    return true;
  }

  private draw(call: Call): number {
    const subject = call.orderId ?? call.paymentKey ?? '';
    const before = this.asked.get(subject) ?? 0;
    this.asked.set(subject, before + 1);
    return hashToUnit(`${this.seed}/${call.route}/${subject}/${before}`);
  }
}

/** FNV-1a with a final avalanche, as a fraction of 2^32. */
function hashToUnit(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
