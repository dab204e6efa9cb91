import { type JournalPosition } from './journal/journal';

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
  private readonly uses = new Map<string, Use>();

  /** Claims the identity for a first use, or tells what became of the earlier one. A first claim must be finished or released. */
  claim(identity: string, nowMs: number): IdempotencyClaim {
    const use = this.uses.get(identity);
    if (use === undefined || (use.length !== inFlight && nowMs >= use.firstUsedMs + idempotencyKeyLifeMs)) {
      this.uses.set(identity, { firstUsedMs: nowMs, offset: 0, length: inFlight });
      return { kind: 'first' };
    }
    return use.length === inFlight ? { kind: 'in-flight' } : { kind: 'answered', at: use };
  }

  finish(identity: string, firstUsedMs: number, answer: JournalPosition): void {
    this.uses.set(identity, { firstUsedMs, offset: answer.offset, length: answer.length });
  }

  /** Forgets a claim whose answer is not kept. */
  release(identity: string): void {
    if (this.uses.get(identity)?.length === inFlight) this.uses.delete(identity);
  }
}

/** One flat object a key: there are as many of them as payments. */
interface Use extends JournalPosition {
  readonly firstUsedMs: number;
}

/** In place of the length of an answer that does not exist yet. */
const inFlight = -1;

export function idempotencyIdentity(parts: { key: string; apiKey: string; method: string; path: string }): string {
  return `${parts.method} ${parts.path} ${parts.apiKey} ${parts.key}`;
}
