import { type NoAnswerPhase } from './answers/toss-answer';

export type TossOperation = 'confirm' | 'cancel' | 'get-by-payment-key' | 'get-by-order-id' | 'transactions';

/** One call, as a meter wants to see it: no keys, no amounts, labels of few values. */
export interface TossCall {
  readonly operation: TossOperation;
  readonly outcomeKind: 'ok' | 'error' | NoAnswerPhase;
  /** Toss's error code, or what went wrong below it (`ECONNRESET`, `breaker-open`, …); null when all went well. */
  readonly code: string | null;
  readonly httpStatus: number | null;
  readonly durationMs: number;
  /** The caller's count of tries, 1 for the first. */
  readonly attempt: number;
}

/** Told about every call after it ended. What it throws is ignored: a meter must not decide about money. */
export type TossCallObserver = (call: TossCall) => void;
