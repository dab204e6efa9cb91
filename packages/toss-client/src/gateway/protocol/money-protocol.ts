/**
 * When to send, resend, ask and stop, for one request that moves money. Pure: no clock, no network, no randomness; a
 * driver does what an {@link Action} says and reports what came of it. docs/adr/0006-toss-retry-and-keys.md has the
 * reasons; a test walks every sequence of answers to depth 6.
 *
 * `Outcome` is what the caller wants in the end; null stands for "unknown".
 */
export function begin<Outcome>(past: Past<Outcome> | null = null): Step<Outcome> {
  const fresh = { mayResend: false, settleWaited: false, booksClear: false, failedLookUps: 0, notSent: null };
  if (past === null) {
    const state = { ...fresh, key: 'first', sends: 1, unanswered: false, complaint: null } as const;
    return { state, action: { do: 'send', key: 'first', wait: NO_WAIT } };
  }
  // Others may have sent: the books come first.
  return lookUp({ ...fresh, ...past, sends: 0 }, NO_WAIT);
}

/** What earlier workers sent under this request's keys, as they left it behind. */
export type Past<Outcome> = Pick<ProtocolState<Outcome>, 'key' | 'unanswered' | 'complaint'>;

/** @param elapsedMs since {@link begin}; no action is begun that could not begin before `rules.totalMs`. */
export function next<Outcome>(
  rules: ProtocolRules,
  state: ProtocolState<Outcome>,
  event: ProtocolEvent<Outcome>,
  elapsedMs: number,
): Step<Outcome> {
  const step = event.of === 'send' ? afterSend(rules, state, event.fact) : afterLookUp(rules, state, event.fact);
  if (step.action.do === 'finish') return step;
  const { atLeastMs, jitterMs } = step.action.wait;
  return elapsedMs + atLeastMs + jitterMs < rules.totalMs ? step : conclude(step.state);
}

export interface ProtocolRules {
  /** How often one idempotency key is sent. */
  readonly sendsPerKeyMax: number;
  /** How many look-ups in a row may be unreadable. */
  readonly lookUpsMax: number;
  /** How long Toss may still move money for a request after it has answered it with an error. */
  readonly settleMs: number;
  /** Repetitions wait a random time up to this, doubled each time, at most `retryDelayMsMax`. */
  readonly retryDelayMs: number;
  readonly retryDelayMsMax: number;
  /** For everything together, waiting included. */
  readonly totalMs: number;
}

export interface ProtocolState<Outcome> {
  readonly key: IdempotencyKeySlot;
  /** Under the present key, by this worker. */
  readonly sends: number;
  /** Some send, this worker's or an earlier one's, was not answered: it may still be on its way, or at work at Toss. */
  readonly unanswered: boolean;
  /** The newest send was not answered: if the books do not show what it did, the same key may be sent again. */
  readonly mayResend: boolean;
  /** The received error that is being looked into. */
  readonly complaint: { readonly mayUseNewKey: boolean; readonly ifNotDone: Outcome | null } | null;
  /** The settle time has passed since the complaint. */
  readonly settleWaited: boolean;
  /** A look-up after the settle time found nothing done. */
  readonly booksClear: boolean;
  readonly failedLookUps: number;
  /** What to say when nothing was ever sent. */
  readonly notSent: Outcome | null;
}

export type IdempotencyKeySlot = 'first' | 'second';

export type Action<Outcome> =
  | { readonly do: 'send'; readonly key: IdempotencyKeySlot; readonly wait: Wait }
  | { readonly do: 'look-up'; readonly wait: Wait }
  | { readonly do: 'finish'; readonly outcome: Outcome | null };

/** Wait `atLeastMs` and a random part of `jitterMs`. */
export interface Wait {
  readonly atLeastMs: number;
  readonly jitterMs: number;
}

export interface Step<Outcome> {
  readonly state: ProtocolState<Outcome>;
  readonly action: Action<Outcome>;
}

export type ProtocolEvent<Outcome> =
  | { readonly of: 'send'; readonly fact: SendFact<Outcome> }
  | { readonly of: 'look-up'; readonly fact: LookUpFact<Outcome> };

export type SendFact<Outcome> =
  /** Holds whatever was sent before: the money moved, the bank said no, or a person must look. */
  | { readonly kind: 'final'; readonly outcome: Outcome }
  /** A received error. `ifNotDone` is what it means if the books agree that nothing was done; null: nothing certain. */
  | { readonly kind: 'complaint'; readonly then: AfterComplaint; readonly ifNotDone: Outcome | null }
  /** 409: a request with this very key is at work. */
  | { readonly kind: 'in-flight' }
  | { readonly kind: 'no-answer' }
  /** 429: too much was asked just now. What was asked may be asked again under the same key, but not at once. */
  | { readonly kind: 'turned-away' }
  | { readonly kind: 'not-sent'; readonly worthRepeating: boolean; readonly outcome: Outcome };

export type AfterComplaint = 'stop' | 'look-up' | 'look-up-then-new-key';

export type LookUpFact<Outcome> =
  | { readonly kind: 'final'; readonly outcome: Outcome }
  /** Nothing was done so far. */
  | { readonly kind: 'nothing-done' }
  | { readonly kind: 'unreadable' };

const NO_WAIT: Wait = { atLeastMs: 0, jitterMs: 0 };

function afterSend<O>(rules: ProtocolRules, state: ProtocolState<O>, fact: SendFact<O>): Step<O> {
  switch (fact.kind) {
    case 'final':
      return finish(state, fact.outcome);
    case 'in-flight':
    case 'no-answer': {
      // A call that moves money may hang where a look-up answers at once, so the books are asked before the key again.
      const unanswered = { ...state, unanswered: true, mayResend: true, booksClear: false, settleWaited: false };
      return lookUp(unanswered, NO_WAIT);
    }
    case 'turned-away': {
      // Nobody says whether such a request is kept, so it counts as one without an answer: whoever comes next sends the
      // same key. More requests now would be turned away as well.
      const unanswered = { ...state, mayResend: false, booksClear: false, settleWaited: true, unanswered: true };
      return lookUp(unanswered, NO_WAIT);
    }
    case 'not-sent': {
      const unsent = { ...state, notSent: fact.outcome };
      if (fact.worthRepeating && state.sends < rules.sendsPerKeyMax) return resend(rules, unsent);
      if (!state.unanswered) return conclude(unsent);
      // This send did nothing, but an earlier one may have: one look, and whoever comes next sends.
      return lookUp({ ...unsent, mayResend: false, settleWaited: true }, NO_WAIT);
    }
    case 'complaint':
      return afterComplaint(state, fact);
  }
}

function afterComplaint<O>(state: ProtocolState<O>, fact: Extract<SendFact<O>, { kind: 'complaint' }>): Step<O> {
  // An error speaks for the send it answers. When another send may have had another fate, only the books can tell.
  const speaksForAll = !state.unanswered && state.complaint === null;
  if (fact.then === 'stop' && speaksForAll) return finish(state, fact.ifNotDone);
  const stillUnclear = state.complaint !== null && state.complaint.ifNotDone === null;
  const complaint = {
    mayUseNewKey: fact.then === 'look-up-then-new-key',
    ifNotDone: stillUnclear ? null : fact.ifNotDone,
  };
  const clear = { mayResend: false, settleWaited: false, booksClear: false, failedLookUps: 0 };
  return lookUp({ ...state, complaint, ...clear }, NO_WAIT);
}

function afterLookUp<O>(rules: ProtocolRules, state: ProtocolState<O>, fact: LookUpFact<O>): Step<O> {
  // The same key is always safe: Toss answers it again with what the first one did.
  if (fact.kind !== 'final' && state.mayResend && state.sends < rules.sendsPerKeyMax) return resend(rules, state);
  switch (fact.kind) {
    case 'final':
      return finish(state, fact.outcome);
    case 'unreadable': {
      const failed = { ...state, failedLookUps: state.failedLookUps + 1 };
      if (failed.failedLookUps >= rules.lookUpsMax) return finish(failed, null);
      return lookUp(failed, backoff(rules, failed.failedLookUps));
    }
    case 'nothing-done': {
      const read = { ...state, failedLookUps: 0 };
      // The buyer still waits to be charged, and the same key is always safe.
      if (state.sends === 0 && (state.unanswered || state.complaint === null)) {
        const action = { do: 'send', key: state.key, wait: NO_WAIT } as const;
        return { state: { ...read, sends: 1 }, action };
      }
      if (!state.settleWaited) {
        // Toss may yet finish what it answered with an error: its books count only after the settle time.
        return lookUp({ ...read, settleWaited: true }, { atLeastMs: rules.settleMs, jitterMs: rules.retryDelayMs });
      }
      const clear = { ...read, booksClear: true };
      const mayUseNewKey = state.complaint?.mayUseNewKey === true && state.key === 'first' && !state.unanswered;
      return mayUseNewKey ? sendUnderSecondKey(clear) : conclude(clear);
    }
  }
}

/** The most that can be said when nothing more is tried. */
function conclude<O>(state: ProtocolState<O>): Step<O> {
  if (state.unanswered) return finish(state, null);
  if (state.complaint !== null) return finish(state, state.booksClear ? state.complaint.ifNotDone : null);
  return finish(state, state.notSent);
}

function finish<O>(state: ProtocolState<O>, outcome: O | null): Step<O> {
  return { state, action: { do: 'finish', outcome } };
}

function resend<O>(rules: ProtocolRules, state: ProtocolState<O>): Step<O> {
  const action = { do: 'send', key: state.key, wait: backoff(rules, state.sends) } as const;
  return { state: { ...state, sends: state.sends + 1 }, action };
}

function sendUnderSecondKey<O>(state: ProtocolState<O>): Step<O> {
  return { state: { ...state, key: 'second', sends: 1 }, action: { do: 'send', key: 'second', wait: NO_WAIT } };
}

function lookUp<O>(state: ProtocolState<O>, wait: Wait): Step<O> {
  return { state, action: { do: 'look-up', wait } };
}

/** Full jitter: many clients that failed together must not come back together. */
function backoff(rules: ProtocolRules, repetition: number): Wait {
  return { atLeastMs: 0, jitterMs: Math.min(rules.retryDelayMs * 2 ** (repetition - 1), rules.retryDelayMsMax) };
}
