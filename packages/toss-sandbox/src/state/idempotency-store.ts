import { type JournalPosition } from './journal';

/** Documented: a key lives 15 days from its first use. */
export const idempotencyKeyLifeMs = 15 * 24 * 3_600_000;

export type IdempotencyClaim =
  | { readonly kind: 'first' }
  | { readonly kind: 'in-flight' }
  | { readonly kind: 'answered'; readonly at: JournalPosition };

/**
 * What was answered under which key. The identity is (Idempotency-Key, API key, method, URL); the body is not part of
 * it. Answers themselves stay in the journal: a replay reads them back, so that memory holds only where they are.
 */
export class IdempotencyStore {
  private readonly uses = new Map<string, { firstUsedMs: number; answer: JournalPosition | undefined }>();

  /** Claims the identity for a first use, or tells what became of the earlier one. A first claim must be finished or released. */
  claim(identity: string, nowMs: number): IdempotencyClaim {
    const use = this.uses.get(identity);
    if (use === undefined || (use.answer !== undefined && nowMs >= use.firstUsedMs + idempotencyKeyLifeMs)) {
      this.uses.set(identity, { firstUsedMs: nowMs, answer: undefined });
      return { kind: 'first' };
    }
    return use.answer === undefined ? { kind: 'in-flight' } : { kind: 'answered', at: use.answer };
  }

  finish(identity: string, firstUsedMs: number, answer: JournalPosition): void {
    this.uses.set(identity, { firstUsedMs, answer });
  }

  /** Forgets a claim whose answer is not kept. */
  release(identity: string): void {
    if (this.uses.get(identity)?.answer === undefined) this.uses.delete(identity);
  }
}

export function idempotencyIdentity(parts: { key: string; apiKey: string; method: string; path: string }): string {
  return `${parts.method} ${parts.path} ${parts.apiKey} ${parts.key}`;
}
