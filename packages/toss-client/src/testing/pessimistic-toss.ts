import { type LookUpFact, type SendFact } from '../gateway/protocol/money-protocol';

/** The final words of a charge, as far as the protocol cares. */
export type Word = 'approved' | 'declined' | 'refused' | 'not-charged';

/** What may happen to a send that Toss does not process, or not now. */
const unprocessedFates = [
  'not-sent',
  'held-back',
  'misconfigured',
  'refused-at-the-door',
  'lost-before',
  'turned-away',
  'ok-arrives-late',
] as const;

/**
 * What may happen to one that it does. The part before the dash is what Toss does with a key it has not seen; `lands`
 * means that money moves although the answer was an error, `lost` and `cut` that the answer did not arrive, `slow` that
 * Toss is still at it when the client gives up.
 */
const processedFates = [
  'ok',
  'declined',
  'refused',
  'retryable',
  'retryable-lands',
  'later',
  'later-lands',
  'unknown-500',
  'unknown-500-lands',
  'unlisted',
  'unlisted-lands',
  'ok-lost',
  'ok-cut',
  'declined-lost',
  'retryable-lost',
  'ok-slow',
  'declined-slow',
] as const;

type UnprocessedFate = (typeof unprocessedFates)[number];
type ProcessedFate = (typeof processedFates)[number];
export type SendFate = UnprocessedFate | ProcessedFate;
export const sendFates: readonly SendFate[] = [...unprocessedFates, ...processedFates];

export const lookUpFates = ['read', 'unreadable'] as const;
export type LookUpFate = (typeof lookUpFates)[number];

export interface TossTimes {
  /** How long after an error its money may still move. */
  readonly landsAfterMs: number;
  readonly clientDeadlineMs: number;
  /** How long after the client gave up a slow request ends. */
  readonly lateByMs: number;
}

interface Stored {
  readonly key: string;
  readonly answer: 'ok' | 'declined' | 'refused' | 'retryable' | 'later' | 'unlisted';
  /** Until then the key is in flight, and answered with 409. */
  readonly doneAt: number;
}

interface Movement {
  readonly key: string;
  readonly at: number;
}

/**
 * A Toss that protects nobody: its only guard is the idempotency store, under which one key never moves money twice. It
 * replays 200 and 4xx, as measured, and processes a key afresh after a 500 that moved nothing (nobody knows; the worse is
 * taken). Any fresh key charges again, also a payment that was charged before. What is safe against it is safe against
 * the real one.
 */
export class PessimisticToss {
  private constructor(
    readonly now: number,
    private readonly stored: readonly Stored[],
    private readonly charges: readonly Movement[],
    private readonly declines: readonly Movement[],
    /** Requests still on their way to Toss. */
    private readonly arriving: readonly Movement[],
    private readonly times: TossTimes,
  ) {}

  static fresh(times: TossTimes): PessimisticToss {
    return new PessimisticToss(0, [], [], [], [], times);
  }

  after(ms: number): PessimisticToss {
    const now = this.now + ms;
    let advanced = this.#with({ now });
    for (const request of this.arriving) {
      if (request.at > now || request.at <= this.now || advanced.#find(request.key) !== undefined) continue;
      advanced = advanced.#store(request.key, 'ok', request.at).#charge(request.key, request.at);
    }
    return advanced;
  }

  /** Every charge that moved or will move, once all requests have ended. */
  chargesInTheEnd(): number {
    return this.after(1_000_000).charges.length;
  }

  /** Whether the fate can make a difference here: a known key is answered from the store, whatever Toss would do with a fresh one. */
  distinguishes(key: string, fate: SendFate): boolean {
    if (this.#find(key) === undefined) return true;
    return ['ok', 'misconfigured', 'refused-at-the-door', 'not-sent', 'held-back', 'lost-before', 'ok-slow'].includes(
      fate,
    );
  }

  send(key: string, fate: SendFate): { toss: PessimisticToss; fact: SendFact<Word> } {
    return isProcessed(fate) ? this.#process(key, fate) : this.#pass(key, fate);
  }

  #pass(key: string, fate: UnprocessedFate): { toss: PessimisticToss; fact: SendFact<Word> } {
    switch (fate) {
      case 'not-sent':
        return { toss: this.after(10), fact: { kind: 'not-sent', worthRepeating: true, outcome: 'not-charged' } };
      case 'held-back':
        return { toss: this.after(0), fact: { kind: 'not-sent', worthRepeating: false, outcome: 'not-charged' } };
      case 'misconfigured':
        return { toss: this.after(100), fact: { kind: 'complaint', then: 'stop', ifNotDone: 'not-charged' } };
      case 'refused-at-the-door':
        return { toss: this.after(100), fact: { kind: 'complaint', then: 'stop', ifNotDone: 'refused' } };
      case 'lost-before':
        return { toss: this.after(100), fact: { kind: 'no-answer' } };
      case 'turned-away':
        return { toss: this.after(50), fact: { kind: 'turned-away' } };
      case 'ok-arrives-late': {
        const at = this.now + this.times.clientDeadlineMs + this.times.lateByMs;
        const toss = this.#with({ arriving: [...this.arriving, { key, at }] }).after(this.times.clientDeadlineMs);
        return { toss, fact: { kind: 'no-answer' } };
      }
    }
  }

  lookUp(fate: LookUpFate): { toss: PessimisticToss; fact: LookUpFact<Word> } {
    const toss = this.after(50);
    if (fate === 'unreadable') return { toss, fact: { kind: 'unreadable' } };
    const happened = (movement: Movement) => movement.at <= toss.now;
    if (toss.charges.some(happened)) return { toss, fact: { kind: 'final', outcome: 'approved' } };
    if (toss.declines.some(happened)) return { toss, fact: { kind: 'final', outcome: 'declined' } };
    return { toss, fact: { kind: 'nothing-done' } };
  }

  #process(key: string, fate: ProcessedFate): { toss: PessimisticToss; fact: SendFact<Word> } {
    const known = this.#find(key);
    const isSlow = fate === 'ok-slow' || fate === 'declined-slow';
    const isLost = fate.endsWith('-lost') || fate === 'ok-cut' || isSlow;
    if (known !== undefined) {
      const toss = this.after(isSlow ? this.times.clientDeadlineMs : 100);
      if (isLost) return { toss, fact: { kind: 'no-answer' } };
      return { toss, fact: known.doneAt > toss.now ? { kind: 'in-flight' } : factOf(known.answer) };
    }
    const doneAt = isSlow ? this.now + this.times.clientDeadlineMs + this.times.lateByMs : this.now;
    const landsAt = fate.endsWith('-lands') ? this.now + this.times.landsAfterMs : doneAt;
    const [answer] = fate.split('-') as [string];
    // A 500 is not kept for replay, but a key that moved money is: it would not be an idempotency key otherwise.
    const kept = fate === 'unknown-500-lands' ? 'ok' : answer === 'unknown' ? null : (answer as Stored['answer']);
    let toss = kept === null ? this : this.#store(key, kept, Math.max(doneAt, landsAt));
    if (answer === 'ok' || fate.endsWith('-lands')) toss = toss.#charge(key, landsAt);
    if (answer === 'declined') toss = toss.#with({ declines: [...this.declines, { key, at: doneAt }] });
    toss = toss.after(isSlow ? this.times.clientDeadlineMs : 100);
    return { toss, fact: isLost ? { kind: 'no-answer' } : factOf(answer as Stored['answer'] | 'unknown') };
  }

  #find(key: string): Stored | undefined {
    return this.stored.find((one) => one.key === key);
  }

  #store(key: string, answer: Stored['answer'], doneAt: number): PessimisticToss {
    return this.#with({ stored: [...this.stored, { key, answer, doneAt }] });
  }

  #charge(key: string, at: number): PessimisticToss {
    return this.#with({ charges: [...this.charges, { key, at }] });
  }

  #with(
    change: Partial<Record<'charges' | 'declines' | 'arriving', readonly Movement[]>> & {
      now?: number;
      stored?: readonly Stored[];
    },
  ): PessimisticToss {
    return new PessimisticToss(
      change.now ?? this.now,
      change.stored ?? this.stored,
      change.charges ?? this.charges,
      change.declines ?? this.declines,
      change.arriving ?? this.arriving,
      this.times,
    );
  }
}

function isProcessed(fate: SendFate): fate is ProcessedFate {
  return (processedFates as readonly string[]).includes(fate);
}

function factOf(answer: Stored['answer'] | 'unknown'): SendFact<Word> {
  switch (answer) {
    case 'ok':
      return { kind: 'final', outcome: 'approved' };
    case 'declined':
      return { kind: 'final', outcome: 'declined' };
    case 'refused':
      return { kind: 'complaint', then: 'stop', ifNotDone: 'refused' };
    case 'retryable':
      return { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: 'not-charged' };
    case 'later':
      return { kind: 'complaint', then: 'look-up', ifNotDone: 'not-charged' };
    case 'unknown':
      return { kind: 'complaint', then: 'look-up-then-new-key', ifNotDone: null };
    case 'unlisted':
      return { kind: 'complaint', then: 'look-up', ifNotDone: null };
  }
}
