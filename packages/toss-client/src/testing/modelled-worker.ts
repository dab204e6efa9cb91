import { type SendRecord } from '@koosco/payment-domain';

import { type Action, type ProtocolState } from '../gateway/protocol/money-protocol';
import { type Word } from './pessimistic-toss';

/** A worker that is at work on the attempt, or believes so. */
export interface ModelledWorker {
  readonly fence: number;
  /** Null for a look at a settled attempt, which sends nothing. */
  readonly state: ProtocolState<Word> | null;
  readonly action: Action<Word>;
  readonly record: SendRecord;
  readonly lastCode: string | null;
  /** Until then, by its own clock, the first request may leave without asking; 0 when it has to ask. */
  readonly surelyLeasedUntil: number;
  readonly isOutOfTime: boolean;
}
