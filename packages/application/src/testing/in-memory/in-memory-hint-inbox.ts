import { type OrderId } from '@koosco/payment-domain';
import { type Clock } from '../../ports/clock';
import { type DueHints, type Hint, type HintInbox } from '../../ports/hint-inbox';

interface KeptHint extends Hint {
  readonly id: bigint;
  readonly receivedAt: number;
  dueAt: number | null;
  followedAt: number | null;
}

export class InMemoryHintInbox implements HintInbox {
  readonly #hints: KeptHint[] = [];

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  keep(hint: Hint, windowMs: number): Promise<void> {
    if (this.#hints.some(({ hintId }) => hintId === hint.hintId)) return Promise.resolve();
    const now = this.#now();
    const lastLook = Math.max(...this.#of(hint.orderId).map(({ followedAt }) => followedAt ?? -Infinity), -Infinity);
    const dueAt = hint.orderId === null ? null : Math.max(now, lastLook + windowMs);
    this.#hints.push({ ...hint, id: BigInt(this.#hints.length + 1), receivedAt: now, dueAt, followedAt: null });
    return Promise.resolve();
  }

  findDue(limit: number): Promise<readonly DueHints[]> {
    const byOrder = new Map<OrderId, KeptHint[]>();
    for (const hint of this.#hints) {
      if (hint.orderId === null || hint.dueAt === null || hint.dueAt > this.#now()) continue;
      byOrder.set(hint.orderId, [...(byOrder.get(hint.orderId) ?? []), hint]);
    }
    const due = [...byOrder].map(([orderId, hints]) => ({
      orderId,
      statuses: [...new Set(hints.flatMap(({ status }) => status ?? []))],
      upToId: hints.at(-1)?.id ?? 0n,
    }));
    return Promise.resolve(due.slice(0, limit));
  }

  followed(hints: DueHints): Promise<void> {
    for (const hint of this.#due(hints)) Object.assign(hint, { dueAt: null, followedAt: this.#now() });
    return Promise.resolve();
  }

  postpone(hints: DueHints, delayMs: number): Promise<void> {
    for (const hint of this.#due(hints)) hint.dueAt = this.#now() + delayMs;
    return Promise.resolve();
  }

  forget(olderThanMs: number, limit: number): Promise<number> {
    const isOver = ({ receivedAt, dueAt }: KeptHint) => dueAt === null && receivedAt < this.#now() - olderThanMs;
    const over = this.#hints.filter(isOver).slice(0, limit);
    for (const hint of over) this.#hints.splice(this.#hints.indexOf(hint), 1);
    return Promise.resolve(over.length);
  }

  #due({ orderId, upToId }: DueHints): readonly KeptHint[] {
    return this.#of(orderId).filter(({ id, dueAt }) => id <= upToId && dueAt !== null && dueAt <= this.#now());
  }

  #of(orderId: OrderId | null): readonly KeptHint[] {
    return this.#hints.filter((hint) => hint.orderId === orderId);
  }

  #now(): number {
    return this.clock.now().getTime();
  }
}
