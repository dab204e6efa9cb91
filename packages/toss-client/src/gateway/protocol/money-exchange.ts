import { type Clock, type SendPermit } from '@koosco/payment-application';
import { type SendRecord } from '@koosco/payment-domain';

import { refusesTheKey, type SecretKeySlot, type TossAnswer, unsentByUs } from '../../client/answers/toss-answer';
import { type TossCallOptions } from '../../client/toss-client';
import { type TossPayment } from '../../client/answers/toss-payment';
import {
  begin,
  type LookUpFact,
  next,
  type Past,
  type ProtocolEvent,
  type ProtocolRules,
  type SendFact,
  type Wait,
} from './money-protocol';
import { noteOf } from '../note-of-answer';
import { pastOf } from './past-of';
import { secondKeyOf } from './second-key';
import { sendRecordOf } from './send-record-of';

/** The calls behind the protocol's actions, and how to read their answers. */
export interface ExchangeCalls<Outcome> {
  readonly operation: 'confirm' | 'cancel';
  readonly idempotencyKey: string;
  /** Names a secret key without telling it; null where the worker has none in this slot. */
  credentialOf(slot: SecretKeySlot): string | null;
  send(idempotencyKey: string, options: TossCallOptions): Promise<TossAnswer<TossPayment>>;
  lookUp(options: TossCallOptions): Promise<TossAnswer<TossPayment>>;
  readSend(answer: TossAnswer<TossPayment>): SendFact<Outcome>;
  readLookUp(answer: TossAnswer<TossPayment>): LookUpFact<Outcome>;
  /** What an error code that an earlier worker received means. */
  complaintOf(code: string): NonNullable<Past<Outcome>['complaint']>;
}

export type Exchanged<Outcome> =
  | Outcome
  | { readonly kind: 'unknown'; readonly pgCode: string | null; readonly reason: string; readonly heldBack?: true };

/** Does what the protocol says: the only place that waits, draws lots and reads the clock for it. */
export class MoneyExchange {
  constructor(
    private readonly rules: ProtocolRules,
    private readonly clock: Clock,
    /** From 0 up to, but not including, 1. */
    private readonly random: () => number,
  ) {}

  /** Ends within `rules.totalMs`. What `permit` does not allow is not sent. */
  async run<Outcome>(
    calls: ExchangeCalls<Outcome>,
    permit: SendPermit,
    firstSend: SendRecord,
  ): Promise<Exchanged<Outcome>> {
    const startedAt = this.clock.elapsedMs();
    const elapsedMs = () => this.clock.elapsedMs() - startedAt;
    const memory: Memory = { ...freshMemory(), record: permit.past ?? firstSend };

    let { state, action } = begin<Outcome>(permit.past && pastOf(permit.past, (code) => calls.complaintOf(code)));
    while (action.do !== 'finish') {
      await this.#wait(action.wait);
      const deadlineMs = Math.max(1, this.rules.totalMs - elapsedMs());
      let event: ProtocolEvent<Outcome>;
      if (action.do === 'send') {
        const fact = await this.#send(calls, permit, action.key, memory, deadlineMs);
        if (fact === 'not-allowed') break;
        event = { of: 'send', fact };
      } else {
        event = { of: 'look-up', fact: await this.#lookUp(calls, memory, deadlineMs) };
      }
      ({ state, action } = next(this.rules, state, event, elapsedMs()));
      memory.record = sendRecordOf(state, memory);
      permit.learned(memory.record);
    }
    if (action.do === 'finish' && action.outcome !== null) return action.outcome;
    const unknown = { kind: 'unknown', pgCode: memory.lastCode, reason: memory.notes.join('; ') } as const;
    return memory.isHeldBack ? { ...unknown, heldBack: true } : unknown;
  }

  /** Nothing leaves that is not durable, and nothing under a secret key that earlier sends did not use. */
  async #send<O>(
    calls: ExchangeCalls<O>,
    permit: SendPermit,
    key: 'first' | 'second',
    memory: Memory,
    deadlineMs: number,
  ): Promise<SendFact<O> | 'not-allowed'> {
    const slot = slotOf(memory.record.credential, calls);
    if (slot === null) {
      memory.notes.push('confirm not sent: it went out under a secret key that this worker does not have');
      return 'not-allowed';
    }
    let answer = await this.#sendUnder(slot, calls, permit, key, memory, deadlineMs);
    // Proof that the new key is not known yet and nothing was done; while keys are rotated the old one may be tried.
    if (answer !== 'not-allowed' && slot === 'current' && !memory.mayHaveBeenSeen && refusesTheKey(answer)) {
      const previous = calls.credentialOf('previous');
      if (previous !== null && permit.past === null) {
        memory.record = { ...memory.record, credential: previous };
        answer = await this.#sendUnder('previous', calls, permit, key, memory, deadlineMs);
      }
    }
    return answer === 'not-allowed' ? answer : calls.readSend(answer);
  }

  async #sendUnder<O>(
    secretKey: SecretKeySlot,
    calls: ExchangeCalls<O>,
    permit: SendPermit,
    key: 'first' | 'second',
    memory: Memory,
    deadlineMs: number,
  ): Promise<TossAnswer<TossPayment> | 'not-allowed'> {
    const isAllowed = await permit.beforeSend({ ...memory.record, keySlot: key, unanswered: true });
    if (!isAllowed) {
      permit.learned(memory.record);
      memory.notes.push(`${calls.operation} not sent: another worker has the attempt, or the database is away`);
      return 'not-allowed';
    }
    const idempotencyKey = key === 'first' ? calls.idempotencyKey : secondKeyOf(calls.idempotencyKey);
    memory.sends += 1;
    const answer = await calls.send(idempotencyKey, { deadlineMs, attempt: memory.sends, secretKey });
    remember(memory, answer, calls.operation);
    if (!refusesTheKey(answer) && !(answer.kind === 'no-answer' && answer.phase === 'not-sent')) {
      memory.mayHaveBeenSeen = true;
    }
    return answer;
  }

  async #lookUp<O>(calls: ExchangeCalls<O>, memory: Memory, deadlineMs: number): Promise<LookUpFact<O>> {
    memory.lookUps += 1;
    const answer = await calls.lookUp({ deadlineMs, attempt: memory.lookUps });
    memory.isHeldBack = isHeldBack(answer);
    memory.notes.push(noteOf('look-up', answer));
    return calls.readLookUp(answer);
  }

  async #wait({ atLeastMs, jitterMs }: Wait): Promise<void> {
    const waitMs = Math.round(atLeastMs + this.random() * jitterMs);
    if (waitMs > 0) await this.clock.sleep(waitMs);
  }
}

interface Memory {
  sends: number;
  lookUps: number;
  /** Toss may have seen a key of this request. */
  mayHaveBeenSeen: boolean;
  lastCode: string | null;
  isHeldBack: boolean;
  readonly notes: string[];
  record: SendRecord;
}

function freshMemory(): Omit<Memory, 'record'> {
  return { sends: 0, lookUps: 0, mayHaveBeenSeen: false, lastCode: null, isHeldBack: false, notes: [] };
}

function remember(memory: Memory, answer: TossAnswer<TossPayment>, operation: 'confirm' | 'cancel'): void {
  if (answer.kind === 'error') memory.lastCode = answer.code;
  memory.isHeldBack = isHeldBack(answer);
  memory.notes.push(noteOf(operation, answer));
}

function isHeldBack(answer: TossAnswer<TossPayment>): boolean {
  return answer.kind === 'no-answer' && unsentByUs.some((cause) => cause === answer.cause);
}

function slotOf(credential: string, calls: Pick<ExchangeCalls<unknown>, 'credentialOf'>): SecretKeySlot | null {
  return (['current', 'previous'] as const).find((slot) => calls.credentialOf(slot) === credential) ?? null;
}
