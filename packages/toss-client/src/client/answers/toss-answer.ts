/**
 * What came of one call. Nothing that Toss or the network does is thrown; only `ok` and `error` are answers, and an
 * `error` says nothing about money by itself: its code does.
 */
export type TossAnswer<T> = TossOk<T> | TossError | TossNoAnswer;

export interface TossOk<T> {
  readonly kind: 'ok';
  readonly value: T;
  readonly httpStatus: number;
  readonly traceId: string | null;
  readonly secretKey: SecretKeySlot;
}

/** Toss answered with its error object. Branch on the code, never on the status: 400 and 403 mean many things. */
export interface TossError {
  readonly kind: 'error';
  readonly httpStatus: number;
  readonly code: string;
  readonly message: string;
  /** By Toss's clock; null when it did not say. */
  readonly answeredAt: Date | null;
  readonly traceId: string | null;
  readonly secretKey: SecretKeySlot;
}

export interface TossNoAnswer {
  readonly kind: 'no-answer';
  readonly phase: NoAnswerPhase;
  /** A system error code, or one of our words in {@link unsentByUs} and beside it. Never an address, a key or a body. */
  readonly cause: string;
  /** Where at least the head of a response was read. */
  readonly httpStatus: number | null;
  readonly traceId: string | null;
  readonly secretKey: SecretKeySlot;
}

/**
 * - `not-sent`: no byte of the request left: no connection, or our own limits. Toss did nothing.
 * - `no-response`: it may have left; not even the head of a response came back.
 * - `cut-body`: a response began and did not end, so Toss did process the request.
 * - `unreadable`: a whole response came, but not one that Toss documents (a proxy's error page, a redirect, garbage).
 */
export type NoAnswerPhase = 'not-sent' | 'no-response' | 'cut-body' | 'unreadable';

/** Which secret key the call used. An idempotency key counts per secret key, so a resend must use the same one. */
export type SecretKeySlot = 'current' | 'previous';

/** The causes of `not-sent` that are our own decision; asking again at once would end the same way. */
export const unsentByUs = ['breaker-open', 'too-many-calls', 'no-slot-in-time'] as const;

/** Proof that the secret key was the problem and nothing was done; only then may the old key be tried. */
export function refusesTheKey(answer: TossAnswer<unknown>): boolean {
  return answer.kind === 'error' && (answer.code === 'UNAUTHORIZED_KEY' || answer.code === 'INVALID_API_KEY');
}

/** 429 (RFC 6585 section 4), from Toss or from something before it: Toss documents no code and no body for it. */
export function turnsAway(answer: TossAnswer<unknown>): boolean {
  return answer.kind !== 'ok' && answer.httpStatus === 429;
}
