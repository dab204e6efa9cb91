import { type Call } from './call';
import { CallCounter, type CallFilter } from './call-filter';

/** What goes wrong with a request on its way. All of them happen on the real socket. */
export type Fault =
  /** The connection closes before anything is processed. */
  | { readonly kind: 'lose-request' }
  /** Everything is processed, then the connection closes without an answer. */
  | { readonly kind: 'drop-response' }
  /** Everything is processed; headers and half of the body arrive, then the connection closes. */
  | { readonly kind: 'cut-body' }
  /** `before` processing (nothing has happened yet), `during` (the payment is locked), or `after` (it is done). */
  | { readonly kind: 'delay'; readonly delayMs: number; readonly stage?: 'before' | 'during' | 'after' }
  /** Turned away at the edge, unprocessed. */
  | { readonly kind: 'too-many-requests' }
  /** An answer of something between the two: `processed` says whether the request got through before it. */
  | { readonly kind: 'server-error'; readonly status?: number; readonly processed?: boolean; readonly html?: boolean }
  /** Toss does not compare amounts: a confirm takes what the payment window was opened for, and says so. */
  | { readonly kind: 'ignore-amount' };

export type FaultRule = CallFilter & { readonly fault: Fault };

export const faultKinds = [
  'lose-request',
  'drop-response',
  'cut-body',
  'delay',
  'too-many-requests',
  'server-error',
  'ignore-amount',
] as const satisfies readonly Fault['kind'][];

/** The active rules. Every rule that takes a call contributes its fault, oldest rule first. */
export class FaultRules {
  private readonly rules = new Map<string, { rule: FaultRule; counter: CallCounter }>();
  private lastId = 0;

  constructor(private readonly seed: number) {}

  /** Returns the id by which the rule can be removed. `seed` replaces the sandbox's for the rule's probability. */
  add(rule: FaultRule, seed?: number): string {
    this.lastId += 1;
    const id = `fault-${this.lastId}`;
    this.rules.set(id, { rule, counter: new CallCounter(rule, seed ?? this.seed * 31 + this.lastId) });
    return id;
  }

  remove(id: string): boolean {
    return this.rules.delete(id);
  }

  clear(): void {
    this.rules.clear();
  }

  list(): { id: string; rule: FaultRule; timesActed: number }[] {
    return [...this.rules].map(([id, { rule, counter }]) => ({ id, rule, timesActed: counter.timesActed }));
  }

  take(call: Call): readonly Fault[] {
    if (this.rules.size === 0) return [];
    return [...this.rules.values()].filter(({ counter }) => counter.takes(call)).map(({ rule }) => rule.fault);
  }
}
