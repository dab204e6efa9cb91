import { PaymentAttempt, type SendRecord } from '@koosco/payment-domain';

import { type ProtocolRules } from '../gateway/protocol/money-protocol';
import { pastOf } from '../gateway/protocol/past-of';
import { sendRecordOf } from '../gateway/protocol/send-record-of';
import { type Protocol } from './model-check';
import { modelledAttempt } from './modelled-attempt';
import { type ModelledWorker } from './modelled-worker';
import { numbering } from './numbering';
import { outcomeOfWord } from './outcome-of-word';
import { type Word } from './pessimistic-toss';
import { complaintOfCode, SharedToss, type SharedSendFate } from './shared-toss';
import { type WorkerRules } from './worker-rules';

/** As short as can be: nothing that must not happen may rest on a lease's length. */
const LEASE_MS = 1;

/** Short names for what is described at length: there are few of them, and very many worlds. */
const number = numbering();

export interface Setting {
  readonly protocol: Protocol;
  readonly rules: ProtocolRules;
  readonly workerRules: WorkerRules;
  readonly workers: number;
}

/** What happened, how much of the walk's freedom it took, and what came of it. */
export interface Event {
  readonly name: string;
  readonly cost: 0 | 1;
  readonly to: () => ModelledWorld;
}

/**
 * One attempt, its workers and Toss, at a moment. The attempt, the protocol and the translation between them are the real
 * ones; what the asynchronous code around them does is told here again, a step at a time. A request that is allowed and
 * then leaves a process that was stopped in between is one that arrives late.
 */
export class ModelledWorld {
  #key: string | null = null;

  private constructor(
    private readonly setting: Setting,
    readonly row: PaymentAttempt,
    readonly workers: readonly (ModelledWorker | null)[],
    readonly toss: SharedToss,
    private readonly now: number,
    /** What a rule forbids and was done all the same. */
    readonly misdeed: string | null,
  ) {}

  static fresh(setting: Setting): ModelledWorld {
    const row = modelledAttempt(LEASE_MS, setting.workerRules.recordsBeforeSending);
    const first: ModelledWorker = {
      fence: row.state.fence,
      ...setting.protocol.begin<Word>(),
      record: { ...row.state.send, unanswered: true },
      lastCode: null,
      surelyLeasedUntil: LEASE_MS,
      isOutOfTime: false,
    };
    const others = Array.from({ length: setting.workers - 1 }, () => null);
    const toss = SharedToss.fresh(setting.rules.settleMs - 100);
    return new ModelledWorld(setting, row, [first, ...others], toss, 0, null);
  }

  /** The same for worlds in which the same can happen. Workers are alike, and only what is left of a time counts. */
  get key(): string {
    return (this.#key ??= this.#describe());
  }

  #describe(): string {
    const { status, leasedUntil, dueAt, fence, send } = this.row.state;
    const workers = this.workers.map((worker) => {
      if (worker === null) return 0;
      const rank = 4 * number(worker, describedWorker) + (worker.fence === fence ? 2 : 0);
      return rank + (worker.surelyLeasedUntil > this.now ? 1 : 0) + 1;
    });
    const row = [status, leasedUntil === null, dueAt === null, number(send, describedRecord)].join();
    return [row, workers.sort((one, other) => one - other).join(), this.toss.keyAt(this.now)].join(';');
  }

  get isAnyoneAtWork(): boolean {
    return this.workers.some((worker) => worker !== null);
  }

  get hasOwner(): boolean {
    return this.workers.some((worker) => worker !== null && this.row.isOwnedBy(worker.fence));
  }

  /** Everything that may happen next. */
  events(): readonly Event[] {
    const events: Event[] = [];
    const idle = this.workers.indexOf(null);
    if (idle >= 0) events.push(...this.#takeOver(idle));
    this.workers.forEach((worker, at) => {
      if (worker === null) return;
      events.push(...this.#steps(worker, at));
      // One that lost the attempt is as good as dead, and as good as out of time, when it takes no further step.
      if (!this.row.isOwnedBy(worker.fence)) return;
      events.push({ name: `${at} is killed`, cost: 1, to: () => this.#put(at, null) });
      if (worker.isOutOfTime || worker.action.do === 'finish' || worker.state === null) return;
      const to = () => this.#put(at, { ...worker, isOutOfTime: true });
      events.push({ name: `${at} runs out of time`, cost: 1, to });
    });
    for (const slot of ['first', 'second'] as const) {
      if (!this.toss.isUnderWay(slot)) continue;
      const to = () => this.#with({ toss: this.toss.ended(slot) });
      events.push({ name: `${slot} key arrives`, cost: 1, to });
    }
    if (!this.toss.isSessionOver) {
      const now = this.row.state.send.mayArriveUntil.getTime() + 1;
      const to = () => this.#with({ now, toss: this.toss.at(now).sessionOver() });
      events.push({ name: 'session ends', cost: this.isAnyoneAtWork ? 1 : 0, to });
    }
    return events;
  }

  #takeOver(at: number): readonly Event[] {
    const { dueAt, leasedUntil } = this.row.state;
    if (dueAt === null || (this.row.isSettled && !this.toss.isSessionOver)) return [];
    // Somebody else's lease ends: that worker was stopped, or did not reach the database.
    const waitUntil = this.row.isSettled ? dueAt : (leasedUntil ?? new Date(this.now));
    const to = () => this.#takenOver(at, waitUntil.getTime());
    return [{ name: `${at} takes over`, cost: this.hasOwner ? 1 : 0, to }];
  }

  #takenOver(at: number, waitUntil: number): ModelledWorld {
    const { workerRules, protocol } = this.setting;
    const now = workerRules.takeOverChecks ? Math.max(this.now, waitUntil) : this.now;
    const until = new Date(now + LEASE_MS);
    const row = workerRules.takeOverChecks
      ? this.row.takeOver(new Date(now), until)
      : PaymentAttempt.restore({ ...this.row.state, leasedUntil: until, dueAt: until });
    const { fence, send } = row.state;
    const begun = this.row.isSettled
      ? ({ state: null, action: { do: 'look-up', wait: { atLeastMs: 0, jitterMs: 0 } } } as const)
      : protocol.begin<Word>(pastOf(workerRules.remember(send), complaintOf));
    const worker: ModelledWorker = {
      ...{ fence, ...begun, record: send, lastCode: null },
      ...{ surelyLeasedUntil: 0, isOutOfTime: false },
    };
    return this.#with({ now, row, toss: this.toss.at(now) }).#put(at, worker);
  }

  #steps(worker: ModelledWorker, at: number): readonly Event[] {
    const { action } = worker;
    if (action.do === 'finish') {
      const { outcome } = action;
      const to = () => this.#settled(worker, outcome).#put(at, null);
      return [{ name: `${at} settles ${outcome ?? 'unknown'}`, cost: 0, to }];
    }
    const now = this.now + action.wait.atLeastMs;
    const waited = this.#with({ now, toss: this.toss.at(now) });
    if (action.do === 'look-up') {
      const reads: Event = { name: `${at} looks`, cost: 0, to: () => waited.#lookUp(worker, at, true) };
      // Whoever lost the attempt could only end by it, as it does when it may not send.
      if (!this.row.isOwnedBy(worker.fence)) return [reads];
      return [reads, { name: `${at} cannot look`, cost: 1, to: () => waited.#lookUp(worker, at, false) }];
    }
    const { key } = action;
    const { row, isAllowed, misdeed } = waited.#permit(worker, key);
    if (!isAllowed) {
      const stopped: ModelledWorker = { ...worker, action: { do: 'finish', outcome: null } };
      return [{ name: `${at} may not send`, cost: 0, to: () => waited.#put(at, stopped) }];
    }
    return waited.toss.fatesOf(key).map((fate, index) => ({
      name: `${at} sends ${key}: ${fate}`,
      cost: index === 0 ? 0 : 1,
      to: () => waited.#with({ row, misdeed }).#send(worker, at, key, fate),
    }));
  }

  /** As HeldAttempt.beforeSend does. */
  #permit(worker: ModelledWorker, keySlot: 'first' | 'second') {
    const { permitAsked, recordsBeforeSending } = this.setting.workerRules;
    const owns = this.row.isOwnedBy(worker.fence);
    const isSure = worker.surelyLeasedUntil > this.now;
    const isAllowed = isSure || owns || !permitAsked;
    const misdeed = isAllowed && !owns ? 'a send by a worker that lost the attempt' : null;
    const send = { ...worker.record, keySlot, unanswered: true };
    const row = owns && !isSure && recordsBeforeSending ? this.#renewed(send) : this.row;
    return { row, isAllowed, misdeed };
  }

  #send(worker: ModelledWorker, at: number, key: 'first' | 'second', fate: SharedSendFate): ModelledWorld {
    const { toss, fact } = this.toss.send(key, fate, this.now);
    const { protocol, rules } = this.setting;
    const step = protocol.next(rules, worker.state!, { of: 'send', fact }, elapsedOf(worker, rules));
    const lastCode = fact.code ?? worker.lastCode;
    const record = sendRecordOf(step.state, { record: worker.record, lastCode });
    const sent = { ...worker, ...step, record, lastCode, surelyLeasedUntil: 0 };
    return this.#with({ toss }).#put(at, sent);
  }

  #lookUp(worker: ModelledWorker, at: number, isReadable: boolean): ModelledWorld {
    const { protocol, rules, workerRules } = this.setting;
    const believesAbsence = this.toss.isSessionOver || !workerRules.absenceWaits;
    const fact = isReadable ? this.toss.lookUp(believesAbsence) : ({ kind: 'unreadable' } as const);
    if (worker.state === null) {
      const outcome = fact.kind === 'final' ? fact.outcome : null;
      return this.#put(at, { ...worker, action: { do: 'finish', outcome } });
    }
    const step = protocol.next(rules, worker.state, { of: 'look-up', fact }, elapsedOf(worker, rules));
    return this.#put(at, { ...worker, ...step, record: sendRecordOf(step.state, worker) });
  }

  /** As ApprovalSettlement does. */
  #settled(worker: ModelledWorker, word: Word | null): ModelledWorld {
    const { workerRules } = this.setting;
    const now = new Date(this.now);
    const fence = workerRules.settleComparesFence ? worker.fence : this.row.state.fence;
    const outcome = outcomeOfWord(word);
    if (worker.state === null && word !== 'approved') {
      if (!this.row.isSettled || !this.row.isOwnedBy(fence)) return this;
      const nextLookAt = word === null ? new Date(this.now + 60_000) : null;
      return this.#with({ row: this.row.endLook(fence, nextLookAt, now) });
    }
    if (!this.row.accepts(outcome, fence)) {
      if (word !== null || workerRules.staleLeavesLease || this.row.isSettled) return this;
      return this.#with({ row: PaymentAttempt.restore({ ...this.row.state, leasedUntil: null, dueAt: now }) });
    }
    const { mayArriveUntil } = this.row.state.send;
    const lastLookAt = mayArriveUntil > now ? mayArriveUntil : new Date(this.now + 60_000);
    const nextLookAt = word === null ? now : lastLookAt;
    const send = worker.state === null ? {} : { send: worker.record };
    return this.#with({ row: this.row.settle(outcome, { fence, ...send, nextLookAt }, now) });
  }

  #renewed(send: SendRecord): PaymentAttempt {
    const until = new Date(this.now + LEASE_MS);
    return PaymentAttempt.restore({ ...this.row.state, send, leasedUntil: until, dueAt: until });
  }

  /**
   * Without those that lost the attempt and can say nothing any more: a fencing token never comes back, so what the real
   * rules refuse now they refuse for ever, whenever that worker goes on.
   */
  withoutSilent(): ModelledWorld {
    const isSilent = (worker: ModelledWorker | null) => {
      if (worker === null || this.row.isOwnedBy(worker.fence) || worker.action.do === 'look-up') return false;
      if (worker.action.do === 'send' && this.#permit(worker, worker.action.key).isAllowed) return false;
      const word = worker.action.do === 'finish' ? worker.action.outcome : null;
      return word !== 'approved' && this.#settled(worker, word).row === this.row;
    };
    if (!this.workers.some(isSilent)) return this;
    return this.#with({ workers: this.workers.map((worker) => (isSilent(worker) ? null : worker)) });
  }

  #put(at: number, worker: ModelledWorker | null): ModelledWorld {
    return this.#with({ workers: this.workers.with(at, worker) });
  }

  #with(change: {
    row?: PaymentAttempt;
    workers?: readonly (ModelledWorker | null)[];
    toss?: SharedToss;
    now?: number;
    misdeed?: string | null;
  }): ModelledWorld {
    return new ModelledWorld(
      this.setting,
      change.row ?? this.row,
      change.workers ?? this.workers,
      change.toss ?? this.toss,
      change.now ?? this.now,
      change.misdeed === undefined ? this.misdeed : change.misdeed,
    );
  }
}

/** The code last received is in the record as soon as it counts. */
function describedWorker({ state, action, record, isOutOfTime }: ModelledWorker): string {
  return JSON.stringify([state, action, describedRecord(record), isOutOfTime]);
}

function describedRecord({ keySlot, unanswered, answerCode, isUnclear }: SendRecord): string {
  return [keySlot, unanswered, answerCode, isUnclear].join();
}

function elapsedOf({ isOutOfTime }: ModelledWorker, rules: ProtocolRules): number {
  return isOutOfTime ? rules.totalMs : 0;
}

function complaintOf(code: string): { mayUseNewKey: boolean; ifNotDone: Word | null } {
  const { then, ifNotDone } = complaintOfCode(code);
  return { mayUseNewKey: then === 'look-up-then-new-key', ifNotDone };
}
