import { type Clock } from '@koosco/payment-application';

import { type SecretKeySlot, type TossAnswer } from '../client/toss-answer';
import { type TossCallOptions } from '../client/toss-client';
import { type TossPayment } from '../client/toss-payment';
import {
  begin,
  type LookUpFact,
  next,
  type ProtocolEvent,
  type ProtocolRules,
  type SendFact,
  type Wait,
} from './money-protocol';
import { noteOf } from './note-of-answer';
import { secondKeyOf } from './second-key';

/** The calls behind the protocol's actions, and how to read their answers. */
export interface ExchangeCalls<Outcome> {
  readonly operation: 'confirm' | 'cancel';
  readonly idempotencyKey: string;
  send(idempotencyKey: string, options: TossCallOptions): Promise<TossAnswer<TossPayment>>;
  lookUp(options: TossCallOptions): Promise<TossAnswer<TossPayment>>;
  readSend(answer: TossAnswer<TossPayment>): SendFact<Outcome>;
  readLookUp(answer: TossAnswer<TossPayment>): LookUpFact<Outcome>;
}

export type Exchanged<Outcome> =
  Outcome | { readonly kind: 'unknown'; readonly pgCode: string | null; readonly reason: string };

/** Does what the protocol says: the only place that waits, draws lots and reads the clock for it. */
export class MoneyExchange {
  constructor(
    private readonly rules: ProtocolRules,
    private readonly clock: Clock,
    /** From 0 up to, but not including, 1. */
    private readonly random: () => number,
  ) {}

  /** Ends within `rules.totalMs`. */
  async run<Outcome>(calls: ExchangeCalls<Outcome>): Promise<Exchanged<Outcome>> {
    const startedAt = this.clock.now().getTime();
    const elapsedMs = () => this.clock.now().getTime() - startedAt;
    const memory: Memory = { sends: 0, lookUps: 0, secretKey: undefined, lastCode: null, notes: [] };

    let { state, action } = begin<Outcome>();
    while (action.do !== 'finish') {
      await this.#wait(action.wait);
      const deadlineMs = Math.max(1, this.rules.totalMs - elapsedMs());
      const event: ProtocolEvent<Outcome> =
        action.do === 'send'
          ? { of: 'send', fact: await this.#send(calls, action.key, memory, deadlineMs) }
          : { of: 'look-up', fact: await this.#lookUp(calls, memory, deadlineMs) };
      ({ state, action } = next(this.rules, state, event, elapsedMs()));
    }
    if (action.outcome !== null) return action.outcome;
    return { kind: 'unknown', pgCode: memory.lastCode, reason: memory.notes.join('; ') };
  }

  async #send<O>(
    calls: ExchangeCalls<O>,
    key: 'first' | 'second',
    memory: Memory,
    deadlineMs: number,
  ): Promise<SendFact<O>> {
    const idempotencyKey = key === 'first' ? calls.idempotencyKey : secondKeyOf(calls.idempotencyKey);
    memory.sends += 1;
    const answer = await calls.send(idempotencyKey, {
      deadlineMs,
      attempt: memory.sends,
      ...(memory.secretKey !== undefined && { secretKey: memory.secretKey }),
    });
    // Toss counts an idempotency key per secret key: once Toss may have seen it, the other would make it a new request.
    if (answer.kind !== 'no-answer' || answer.phase !== 'not-sent') memory.secretKey ??= answer.secretKey;
    remember(memory, answer, calls.operation);
    return calls.readSend(answer);
  }

  async #lookUp<O>(calls: ExchangeCalls<O>, memory: Memory, deadlineMs: number): Promise<LookUpFact<O>> {
    memory.lookUps += 1;
    const answer = await calls.lookUp({ deadlineMs, attempt: memory.lookUps });
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
  secretKey: SecretKeySlot | undefined;
  lastCode: string | null;
  readonly notes: string[];
}

function remember(memory: Memory, answer: TossAnswer<TossPayment>, operation: 'confirm' | 'cancel'): void {
  if (answer.kind === 'error') memory.lastCode = answer.code;
  memory.notes.push(noteOf(operation, answer));
}
