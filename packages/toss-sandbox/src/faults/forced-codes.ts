import { type Operation } from '../codes/code-catalogue';
import { type Call } from './call';
import { CallCounter, type CallFilter } from './call-filter';

/**
 * An error the API itself answers with. `effect` is what happens to the payment: `natural` (the default) aborts it when
 * the code is a decline and leaves it alone otherwise; `processed` carries the request out and answers with the code all
 * the same, as a 500 may; `none` never touches it.
 */
export type ForcedCode = Omit<CallFilter, 'route'> & {
  readonly operation: Operation;
  readonly code: string;
  readonly effect?: 'natural' | 'processed' | 'none';
};

export const operationOfRoute = {
  confirm: 'confirm',
  cancel: 'cancel',
  'get-payment': 'lookup',
  'get-payment-by-order': 'lookup',
  transactions: 'lookup',
} as const satisfies Record<Call['route'], Operation>;

/** The active rules; the oldest that takes a call decides. */
export class ForcedCodes {
  private readonly rules = new Map<string, { rule: ForcedCode; counter: CallCounter }>();
  private lastId = 0;

  constructor(private readonly seed: number) {}

  add(rule: ForcedCode, seed?: number): string {
    this.lastId += 1;
    const id = `code-${this.lastId}`;
    this.rules.set(id, { rule, counter: new CallCounter(rule, seed ?? this.seed * 37 + this.lastId) });
    return id;
  }

  remove(id: string): boolean {
    return this.rules.delete(id);
  }

  clear(): void {
    this.rules.clear();
  }

  list(): { id: string; rule: ForcedCode; timesActed: number }[] {
    return [...this.rules].map(([id, { rule, counter }]) => ({ id, rule, timesActed: counter.timesActed }));
  }

  take(call: Call): ForcedCode | undefined {
    for (const { rule, counter } of this.rules.values()) {
      if (rule.operation === operationOfRoute[call.route] && counter.takes(call)) return rule;
    }
    return undefined;
  }
}
