import { type Call } from './call';
import { CallCounter, type CallFilter } from './call-filter';

/** The active rules of a kind, oldest first. */
export class Rules<Rule extends CallFilter> {
  private readonly rules = new Map<string, { rule: Rule; counter: CallCounter; waiting: (() => void)[] }>();
  private lastId = 0;

  /** `prefix` begins the ids; `seed`, with the number of the rule, decides what a probability draws. */
  constructor(
    private readonly prefix: string,
    private readonly seed: number,
  ) {}

  /** Returns the id by which the rule can be removed. `seed` replaces the sandbox's for the rule's probability. */
  add(rule: Rule, seed?: number): string {
    this.lastId += 1;
    const id = `${this.prefix}-${this.lastId}`;
    this.rules.set(id, { rule, counter: new CallCounter(rule, seed ?? this.seed + this.lastId), waiting: [] });
    return id;
  }

  remove(id: string): boolean {
    const removed = this.rules.get(id);
    this.rules.delete(id);
    for (const goOn of removed?.waiting ?? []) goOn();
    return removed !== undefined;
  }

  clear(): void {
    for (const id of this.rules.keys()) this.remove(id);
  }

  /** Resolves when this rule is there no more. */
  async removed(rule: Rule): Promise<void> {
    const active = [...this.rules.values()].find((one) => one.rule === rule);
    if (active !== undefined) await new Promise<void>((resolve) => active.waiting.push(resolve));
  }

  list(): { id: string; rule: Rule; timesActed: number }[] {
    return [...this.rules].map(([id, { rule, counter }]) => ({ id, rule, timesActed: counter.timesActed }));
  }

  /** Those that act on this call. A rule counts the call when its turn comes: not asked for, it has not met it. */
  *taking(call: Call, isAbout: (rule: Rule) => boolean = () => true): Generator<Rule> {
    for (const { rule, counter } of this.rules.values()) if (isAbout(rule) && counter.takes(call)) yield rule;
  }
}
