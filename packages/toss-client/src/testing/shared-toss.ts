import { type LookUpFact, type SendFact } from '../gateway/protocol/money-protocol';
import { type Word } from './pessimistic-toss';

type Slot = 'first' | 'second';

/** What may become of a send, in the classes that make a difference to several workers. */
export type SharedSendFate =
  | 'ok'
  | 'ok-lost'
  /** It is on its way, and arrives whenever it likes while the payment's session lasts, or never. */
  | 'late'
  /** Toss is at it when the client gives up, and finishes whenever it likes. */
  | 'slow'
  | 'not-sent'
  | 'held-back'
  | 'turned-away'
  | 'misconfigured'
  | 'declined'
  | 'retryable'
  | 'retryable-lost'
  /** Answered with an error, and money moves all the same, within the settle time. */
  | 'retryable-lands'
  | 'unknown-500'
  | 'refused';

type ProcessedFate = Exclude<
  SharedSendFate,
  'late' | 'not-sent' | 'held-back' | 'turned-away' | 'misconfigured' | 'refused'
>;

export type SharedSendFact = SendFact<Word> & { readonly code?: string };

const ofUnknownKey: readonly SharedSendFate[] = [
  'ok',
  'ok-lost',
  'late',
  'slow',
  'not-sent',
  'held-back',
  'turned-away',
  'misconfigured',
  'declined',
  'retryable',
  'retryable-lost',
  'retryable-lands',
  'unknown-500',
];
/** A known key is answered from the store, whatever Toss would do with a fresh one. */
const ofKnownKey: readonly SharedSendFate[] = [
  'ok',
  'ok-lost',
  'not-sent',
  'held-back',
  'turned-away',
  'misconfigured',
];
const afterTheSession: readonly SharedSendFate[] = [
  'refused',
  'late',
  'not-sent',
  'held-back',
  'turned-away',
  'misconfigured',
];

const slots = ['first', 'second'] as const;

interface KeyState {
  readonly stored: null | 'ok' | 'declined' | 'retryable';
  readonly underWay: null | 'in-transit' | 'at-work';
  readonly landsAt: number | null;
}

/**
 * {@link PessimisticToss} for several workers: what is under way ends at a moment of the walk's choosing and not of its
 * own, and the payment's session has an end, after which no fresh key is charged any more.
 */
export class SharedToss {
  private constructor(
    private readonly keys: Readonly<Record<Slot, KeyState>>,
    readonly charges: number,
    readonly hasDeclined: boolean,
    /** Some error was given that does not tell whether money moves. */
    readonly wasUnclear: boolean,
    readonly isSessionOver: boolean,
    private readonly landsAfterMs: number,
  ) {}

  static fresh(landsAfterMs: number): SharedToss {
    const unseen: KeyState = { stored: null, underWay: null, landsAt: null };
    return new SharedToss({ first: unseen, second: unseen }, 0, false, false, false, landsAfterMs);
  }

  /** The charges that are in the books and those that may yet get there. */
  get chargesAtMost(): number {
    return this.charges + slots.filter((slot) => this.mayYetCharge(slot)).length;
  }

  /** Whether something that left before may still move money. */
  mayYetCharge(slot: Slot): boolean {
    const { stored, underWay, landsAt } = this.keys[slot];
    return landsAt !== null || underWay === 'at-work' || (underWay === 'in-transit' && stored === null);
  }

  /** What tells this Toss from others, whatever the time is. */
  keyAt(now: number): string {
    const keys = slots.map((slot) => {
      const { stored, underWay, landsAt } = this.keys[slot];
      return `${stored ?? ''}/${underWay ?? ''}/${landsAt === null ? '' : landsAt - now}`;
    });
    return `${keys.join()},${this.charges},${this.hasDeclined},${this.wasUnclear},${this.isSessionOver}`;
  }

  /** Money that lands by itself has done so. */
  at(now: number): SharedToss {
    return slots.reduce<SharedToss>((toss, slot) => {
      const { landsAt } = toss.keys[slot];
      return landsAt === null || landsAt > now ? toss : toss.#key(slot, { landsAt: null }).#charged();
    }, this);
  }

  /** What is under way under this key ends. */
  ended(slot: Slot): SharedToss {
    const { stored, underWay } = this.keys[slot];
    const isCharge = underWay === 'at-work' || stored === null;
    const ended = this.#key(slot, { underWay: null });
    return isCharge ? ended.#key(slot, { stored: 'ok' }).#charged() : ended;
  }

  isUnderWay(slot: Slot): boolean {
    return this.keys[slot].underWay !== null;
  }

  /** What Toss was at is done by then; what is still in transit will be refused. */
  sessionOver(): SharedToss {
    const over = slots.reduce<SharedToss>(
      (toss, slot) => (toss.keys[slot].underWay === 'at-work' ? toss.ended(slot) : toss.#key(slot, { underWay: null })),
      this,
    );
    return over.#with({ isSessionOver: true });
  }

  fatesOf(slot: Slot): readonly SharedSendFate[] {
    if (this.keys[slot].stored !== null) return ofKnownKey;
    return this.isSessionOver ? afterTheSession : ofUnknownKey;
  }

  send(slot: Slot, fate: SharedSendFate, now: number): { toss: SharedToss; fact: SharedSendFact } {
    switch (fate) {
      case 'not-sent':
        return { toss: this, fact: { kind: 'not-sent', worthRepeating: true, outcome: 'not-charged' } };
      case 'held-back':
        return { toss: this, fact: { kind: 'not-sent', worthRepeating: false, outcome: 'not-charged' } };
      case 'turned-away':
        return { toss: this, fact: { kind: 'turned-away' } };
      case 'misconfigured':
      case 'refused':
        return { toss: this, fact: complaintOfCode(fate) };
      case 'late':
        return {
          toss: this.isSessionOver ? this : this.#key(slot, { underWay: 'in-transit' }),
          fact: { kind: 'no-answer' },
        };
      case 'ok':
      case 'ok-lost':
      case 'slow':
      case 'declined':
      case 'retryable':
      case 'retryable-lost':
      case 'retryable-lands':
      case 'unknown-500':
        return this.#answer(slot, fate, now);
    }
  }

  #answer(slot: Slot, fate: ProcessedFate, now: number): { toss: SharedToss; fact: SharedSendFact } {
    const { stored, underWay, landsAt } = this.keys[slot];
    if (stored !== null) {
      if (fate === 'ok-lost') return { toss: this, fact: { kind: 'no-answer' } };
      const isAtWork = underWay === 'at-work' || landsAt !== null;
      return { toss: this, fact: isAtWork ? { kind: 'in-flight' } : answerOf(stored) };
    }
    return this.#process(slot, fate, now);
  }

  #process(slot: Slot, fate: ProcessedFate, now: number): { toss: SharedToss; fact: SharedSendFact } {
    const fact: SharedSendFact =
      fate.endsWith('-lost') || fate === 'slow' ? { kind: 'no-answer' } : answerOf(fate.replace(/-lands$/, ''));
    const landsAt = now + this.landsAfterMs;
    switch (fate) {
      case 'slow':
        return { toss: this.#key(slot, { stored: 'ok', underWay: 'at-work' }), fact };
      case 'declined':
        return { toss: this.#key(slot, { stored: 'declined' }).#with({ hasDeclined: true }), fact };
      case 'retryable':
      case 'retryable-lost':
        return { toss: this.#key(slot, { stored: 'retryable' }), fact };
      case 'retryable-lands':
        return { toss: this.#key(slot, { stored: 'retryable', landsAt }), fact };
      case 'unknown-500':
        // Nothing was kept: the key will be processed afresh.
        return { toss: this.#with({ wasUnclear: true }), fact };
      case 'ok':
      case 'ok-lost':
        return { toss: this.#key(slot, { stored: 'ok' }).#charged(), fact };
    }
  }

  /** @param believesAbsence what a worker makes of "no such payment": that it is final. */
  lookUp(believesAbsence: boolean): LookUpFact<Word> {
    if (this.charges > 0) return { kind: 'final', outcome: 'approved' };
    if (this.hasDeclined) return { kind: 'final', outcome: 'declined' };
    return believesAbsence ? { kind: 'final', outcome: 'refused' } : { kind: 'nothing-done' };
  }

  #key(slot: Slot, change: Partial<KeyState>): SharedToss {
    const key = { ...this.keys[slot], ...change };
    // What arrives under a key that is known by then is answered from the store.
    const underWay = key.stored !== null && key.underWay === 'in-transit' ? null : key.underWay;
    return this.#with({ keys: { ...this.keys, [slot]: { ...key, underWay } } });
  }

  #charged(): SharedToss {
    return this.#with({ charges: this.charges + 1 });
  }

  #with(change: {
    keys?: Readonly<Record<Slot, KeyState>>;
    charges?: number;
    hasDeclined?: boolean;
    wasUnclear?: boolean;
    isSessionOver?: boolean;
  }): SharedToss {
    return new SharedToss(
      change.keys ?? this.keys,
      change.charges ?? this.charges,
      change.hasDeclined ?? this.hasDeclined,
      change.wasUnclear ?? this.wasUnclear,
      change.isSessionOver ?? this.isSessionOver,
      this.landsAfterMs,
    );
  }
}

/** The error that a code stands for, whether it was just received or an earlier worker wrote it down. */
export function complaintOfCode(code: string): Extract<SendFact<Word>, { kind: 'complaint' }> & { code: string } {
  switch (code) {
    case 'retryable':
      return { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: 'not-charged', code };
    case 'unknown-500':
      return { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: null, code };
    case 'misconfigured':
      return { kind: 'complaint', then: 'stop', ifNotDone: 'not-charged', code };
    case 'refused':
      return { kind: 'complaint', then: 'stop', ifNotDone: 'refused', code };
    default:
      throw new Error(`no such code: ${code}`);
  }
}

function answerOf(answer: string): SharedSendFact {
  if (answer === 'ok') return { kind: 'final', outcome: 'approved' };
  if (answer === 'declined') return { kind: 'final', outcome: 'declined' };
  return complaintOfCode(answer);
}
