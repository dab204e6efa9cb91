import { type ApprovalOutcome, Money, OrderId, type RefundOutcome, UserId } from '@koosco/payment-domain';
import { ApprovalSettlement } from '../charge/approval-settlement';
import { ApprovePaymentUseCase } from '../charge/approve-payment-use-case';
import { AttemptExecution } from '../charge/attempt-execution';
import { AttemptWatch } from '../charge/attempt-watch';
import { CreatePaymentUseCase } from '../create/create-payment-use-case';
import { ExpirePaymentsUseCase } from '../expire/expire-payments-use-case';
import { FollowHintsUseCase, HINT_WINDOW_MS } from '../hints/follow-hints-use-case';
import { type GivenBackReader } from '../ports/given-back-reader';
import { type PaymentGateway } from '../ports/payment-gateway';
import { type RefundGateway } from '../ports/refund-gateway';
import { type UnitOfWork } from '../ports/unit-of-work';
import { CancelOrderUseCase } from '../refund/cancel-order-use-case';
import { CancelPaymentUseCase } from '../refund/cancel-payment-use-case';
import { CarryOutRefundsUseCase } from '../refund/carry-out-refunds-use-case';
import { RefundClaims } from '../refund/refund-claims';
import { RefundExecution } from '../refund/refund-execution';
import { RefundSettlement } from '../refund/refund-settlement';
import { RequestRefundUseCase } from '../refund/request-refund-use-case';
import { LeaseKeeper } from '../settle/lease-keeper';
import { SettleAttemptsUseCase } from '../settle/settle-attempts-use-case';
import { FakeClock } from './fake-clock';
import { FakePaymentGateway } from './fake-payment-gateway';
import { FakeRefundGateway } from './fake-refund-gateway';
import { InMemoryDatabase } from './in-memory-database';
import { SeededSchedule } from './seeded-schedule';
import { SequentialIds } from './sequential-ids';

export const orderId = OrderId.of(123n);
export const amount = Money.krw(1_000n);
const userId = UserId.of(7n);
const LEASE_MS = 6_000;
const PROCESSES = 3;
/** Of the steps: each of them may be where a process dies. */
const KILL_SHARE = 0.01;
/** Until the last thing begins. */
const TURNS_BEFORE_MAX = 30;
/** Of the calls to the gateway. */
const FAULT_SHARE = 0.25;
/** Longer than anything may be on its way, so that the last look at an attempt is due as well. */
const ROUND_MS = 16 * 60_000;

/**
 * One order, to which everything that can happen to an order happens at once, in an order that one number decides: confirms
 * with two keys, cancels, events of the order, relays, lost and wrong answers, and processes that die between any two of
 * their steps. Then the faults end, the relay works on, and what is left can be looked at.
 */
export class Interleaving {
  readonly clock = new FakeClock();
  readonly database = new InMemoryDatabase(this.clock);
  readonly gateway = new FakePaymentGateway();
  readonly refundGateway = new FakeRefundGateway(this.gateway);
  /** What was done, for whoever has to understand a failure. */
  readonly story: string[] = [];
  readonly #schedule: SeededSchedule;
  readonly #ids = new SequentialIds();
  #processes: Process[] = [];
  #isHealing = false;

  constructor(readonly seed: number) {
    this.#schedule = new SeededSchedule(seed);
    this.#processes = Array.from({ length: PROCESSES }, () => this.#newProcess());
  }

  /** Runs it to its end: nothing is under way any more. @throws when it never ends. */
  async run(): Promise<void> {
    const actions = this.#drawActions();
    let unfinished = actions.length;
    for (const { name, act } of actions) {
      const process = this.#schedule.pick(this.#processes);
      const end = (word: string): void => {
        if (!process.underWay.delete(end)) return;
        this.story.push(`${name}: ${word}`);
        unfinished -= 1;
      };
      process.underWay.add(end);
      void this.#afterTurns(process)
        .then(() => act(process))
        .then(
          (result) => end(JSON.stringify(result, asText)),
          (error: unknown) => end(`threw ${String(error)}`),
        );
    }
    await this.#until(() => unfinished <= 0);
    await this.heal();
  }

  /** The faults end, and the relay works on until nothing is under way. @throws when that never is. */
  async heal(): Promise<void> {
    this.#isHealing = true;
    if (!this.database.tables.payments.has(orderId)) {
      await this.#untilDone(this.#newProcess().place());
    }
    for (let round = 0; round < 60; round++) {
      await this.clock.advance(ROUND_MS);
      const relay = this.#newProcess();
      await this.#untilDone(relay.relay());
      if (!this.#isUnderWay()) return;
    }
    throw new Error('it never comes to an end');
  }

  /** Not all of it begins at once: much can only happen to a payment that something has happened to. */
  async #afterTurns(process: Process): Promise<void> {
    for (let turns = Math.floor(this.#schedule.random() ** 2 * TURNS_BEFORE_MAX); turns >= 0; turns--) {
      await this.#schedule.turn(process);
    }
  }

  #isUnderWay(): boolean {
    const { attempts, refunds } = this.database.tables;
    return [...attempts.values(), ...refunds.values()].some(({ dueAt }) => dueAt !== null);
  }

  #drawActions() {
    const { random, pick } = {
      random: () => this.#schedule.random(),
      pick: <T>(of: readonly T[]) => this.#schedule.pick(of),
    };
    const kinds: readonly (() => Action)[] = [
      () => ({ name: 'confirm key-1', act: (process) => process.confirm('key-1') }),
      () => ({ name: 'confirm key-1', act: (process) => process.confirm('key-1') }),
      () => ({ name: 'confirm key-2', act: (process) => process.confirm('key-2') }),
      () => ({ name: 'cancel all', act: (process) => process.cancel(null, null) }),
      () => {
        const [krw, wish] = [pick([100n, 400n, 1_000n]), pick([null, 'wish-1', 'wish-2'])];
        return { name: `cancel ${krw} ${wish}`, act: (process) => process.cancel(krw, wish) };
      },
      () => {
        const [krw, event] = [pick([100n, 300n]), pick(['refund-1', 'refund-2'])];
        return { name: `refund event ${event} ${krw}`, act: (process) => process.requestRefund(krw, event) };
      },
      () => ({ name: 'order cancelled', act: (process) => process.cancelOrder(pick(['end-1', 'end-2'])) }),
      () => ({ name: 'expire', act: (process) => process.expire() }),
      () => {
        const status = pick(['DONE', 'PARTIAL_CANCELED', 'CANCELED']);
        return { name: `webhook ${status}`, act: (process) => process.webhook(status) };
      },
      () => ({ name: 'relay', act: (process) => process.relay() }),
      () => ({ name: 'relay', act: (process) => process.relay() }),
    ];
    const actions = Array.from({ length: 3 + Math.floor(random() * 9) }, () => pick(kinds)());
    // The order is placed at some moment, perhaps after its end was told.
    const placed: Action[] = [{ name: 'place', act: (process) => process.place() }];
    return random() < 0.8 ? [...placed, ...actions] : [...actions, ...placed];
  }

  #newProcess(): Process {
    const process = { underWay: new Set() } as unknown as Process;
    return this.#equip(process, () => this.#schedule.turn(process));
  }

  /** A process without faults that asks `turn` before and after whatever it does outside itself. */
  processWith(turn: () => Promise<void>): Process {
    this.#isHealing = true;
    return this.#equip({ underWay: new Set() } as unknown as Process, turn);
  }

  #equip(process: Process, turn: () => Promise<void>): Process {
    const unitOfWork: UnitOfWork = {
      run: async (work) => {
        await turn();
        const result = await this.database.unitOfWork.run(work);
        await turn();
        return result;
      },
    };
    const { reader, leases, refundLeases, refundReader } = this.database;
    const [gateway, refunds] = [this.#gatewayOf(turn), this.#refundGatewayOf(turn)];
    // Nobody renews, so that a lease may run out while its owner lives.
    const idle = new FakeClock({ now: this.clock.now() });
    const clock = {
      now: () => this.clock.now(),
      elapsedMs: () => this.clock.elapsedMs(),
      sleep: (durationMs: number, signal?: AbortSignal) => idle.sleep(durationMs, signal),
    };
    const keeper = new LeaseKeeper(leases, clock, LEASE_MS);
    const execution = new AttemptExecution(unitOfWork, gateway, new ApprovalSettlement(this.#ids, 'test'), keeper);
    const times = { waitForOtherMs: 500 };
    const watch = new AttemptWatch(reader, this.clock);
    const approve = new ApprovePaymentUseCase(unitOfWork, gateway, execution, watch, this.clock, this.#ids, times);
    const claims = new RefundClaims(unitOfWork, refunds, this.clock, LEASE_MS);
    const refundKeeper = new LeaseKeeper(refundLeases, clock, LEASE_MS);
    const settlement = new RefundSettlement(this.#ids, 'test');
    const refundExecution = new RefundExecution(unitOfWork, refunds, settlement, refundKeeper, this.clock);
    const cancel = new CancelPaymentUseCase(unitOfWork, reader, claims, refundExecution, this.clock, this.#ids, times);
    const create = new CreatePaymentUseCase(unitOfWork, this.clock, this.#ids, 'test');
    const cancelOrder = new CancelOrderUseCase(unitOfWork, this.#ids, 'test');
    const expire = new ExpirePaymentsUseCase(unitOfWork, this.database.expiryReader, this.#ids, 'test');
    const requestRefund = new RequestRefundUseCase(unitOfWork, this.#ids);
    const settle = new SettleAttemptsUseCase(unitOfWork, execution, this.clock, () => undefined);
    const carryOut = new CarryOutRefundsUseCase(refundReader, claims, refundExecution, () => undefined);
    const { hints, settlementHurry } = this.database;
    const books = this.#booksOf(turn);
    const follow = new FollowHintsUseCase(
      ...([unitOfWork, hints, reader, settlementHurry, books, this.#ids, 'test', () => undefined] as const),
    );
    const requester = { kind: 'buyer', userId } as const;
    const correlationId = 'saga';
    return Object.assign(process, {
      place: () =>
        create.execute([{ orderId, userId, amount, orderName: '주문', correlationId, causationId: 'placed' }]),
      confirm: (paymentKey: string) => approve.execute({ requester, orderId, paymentKey, amount, correlationId }),
      cancel: async (krw: bigint | null, wishId: string | null) => {
        const paymentId = this.database.tables.payments.get(orderId)?.paymentId;
        if (paymentId === undefined) return 'no payment yet';
        const wanted = krw === null ? null : Money.krw(krw);
        return cancel.execute({ requester, paymentId, amount: wanted, reason: '변심', wishId, correlationId });
      },
      requestRefund: (krw: bigint, causationId: string) =>
        requestRefund.execute({ orderId, userId, amount: Money.krw(krw), reason: '', correlationId, causationId }),
      cancelOrder: (causationId: string) => cancelOrder.execute({ orderId, reason: '', correlationId, causationId }),
      webhook: (status: string) =>
        hints.keep(
          { hintId: `${status}-${this.#ids.next()}`, kind: 'PAYMENT_STATUS_CHANGED', orderId, status },
          HINT_WINDOW_MS,
        ),
      expire: () => expire.expireOlderThan(-1),
      relay: async () => {
        await follow.followDue();
        await settle.takeDue();
        await settle.drain();
        await carryOut.takeDue();
        await carryOut.drain();
      },
    });
  }

  #gatewayOf(turn: () => Promise<void>): PaymentGateway {
    return {
      firstSend: (now) => this.gateway.firstSend(now),
      approve: async (request, permit) => {
        await turn();
        // The session is over, and with it what can be charged.
        if (permit.past !== null && permit.past.mayArriveUntil < this.clock.now()) {
          const reading = await this.gateway.lookUp(request);
          return reading.kind === 'open' ? expired : reading;
        }
        if (this.#isFaulty()) this.gateway.script(request.paymentKey, this.#schedule.pick(confirmFaults));
        const outcome = await this.gateway.approve(request, { ...asked(permit, turn) });
        await turn();
        return outcome;
      },
      lookUp: async (request) => {
        await turn();
        const reading = await this.gateway.lookUp(request);
        const isOver = reading.kind === 'open' && request.mayArriveUntil < this.clock.now();
        await turn();
        return this.#isFaulty() ? lost : isOver ? expired : reading;
      },
    };
  }

  #refundGatewayOf(turn: () => Promise<void>): RefundGateway {
    return {
      firstSend: (now) => this.refundGateway.firstSend(now),
      refund: async (request, permit) => {
        await turn();
        if (this.#isFaulty()) this.refundGateway.script(this.#schedule.pick(refundFaults));
        const outcome = await this.refundGateway.refund(request, { ...asked(permit, turn) });
        await turn();
        return outcome;
      },
      lookUpRefund: async (request) => {
        await turn();
        const reading = await this.refundGateway.lookUpRefund(request);
        await turn();
        return this.#isFaulty() ? lost : reading;
      },
    };
  }

  /** What of a charge went back, as the gateway's books say at this moment. */
  #booksOf(turn: () => Promise<void>): GivenBackReader {
    return {
      readGivenBack: async (request) => {
        await turn();
        const reading = await this.refundGateway.readGivenBack(request);
        await turn();
        return this.#isFaulty() ? { kind: 'unknown', reason: 'no answer' } : reading;
      },
    };
  }

  #isFaulty(): boolean {
    return !this.#isHealing && this.#schedule.random() < FAULT_SHARE;
  }

  async #untilDone(work: Promise<unknown>): Promise<void> {
    const state = { isDone: false };
    const end = () => (state.isDone = true);
    work.then(end, end);
    await this.#until(() => state.isDone);
    await work;
  }

  async #until(holds: () => boolean): Promise<void> {
    for (let idleSteps = 0; !holds() && idleSteps < 2_000;) {
      if (!this.#isHealing && this.#schedule.random() < KILL_SHARE) this.#killOne();
      if (this.#schedule.step()) idleSteps = 0;
      else {
        idleSteps += 1;
        // Whoever sleeps waits for somebody else; now and then for longer than a lease lasts.
        await this.clock.advance(this.#schedule.random() < 0.05 ? LEASE_MS : 50);
      }
      // Every promise that can go on has gone on after a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!holds()) throw new Error('it stands still');
  }

  #killOne(): void {
    const index = Math.floor(this.#schedule.random() * this.#processes.length);
    const victim = this.#processes[index];
    if (victim === undefined) return;
    this.#schedule.kill(victim);
    for (const end of [...victim.underWay]) end('killed');
    this.#processes[index] = this.#newProcess();
  }
}

interface Action {
  readonly name: string;
  readonly act: (process: Process) => Promise<unknown>;
}

/** A worker that does everything, on ports that wait for their turn. */
export interface Process {
  /** What it has begun, each to be told when it ends or dies. */
  readonly underWay: Set<(word: string) => void>;
  place(): Promise<unknown>;
  confirm(paymentKey: string): Promise<unknown>;
  cancel(krw: bigint | null, wishId: string | null): Promise<unknown>;
  requestRefund(krw: bigint, causationId: string): Promise<unknown>;
  cancelOrder(causationId: string): Promise<unknown>;
  webhook(status: string): Promise<unknown>;
  relay(): Promise<unknown>;
  expire(): Promise<unknown>;
}

const lost = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;

const expired = { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT', pgMessage: '' } as const;

const confirmFaults: readonly { readonly answer: ApprovalOutcome; readonly charges?: boolean }[] = [
  { answer: lost, charges: true },
  { answer: lost, charges: false },
  { answer: { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '' } },
  { answer: { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage: '' } },
  { answer: { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } },
  // It arrives after it was given up: the last look finds it, and perhaps a payment that cannot take it.
  { answer: { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null }, charges: true },
];

const refundFaults: readonly { readonly answer: RefundOutcome; readonly refunds: boolean }[] = [
  { answer: lost, refunds: true },
  { answer: lost, refunds: false },
  { answer: { kind: 'not-refunded', cause: 'unavailable', pgCode: null, pgMessage: null }, refunds: false },
];

/** The permit, with a step of its own before it is asked: the way to the database. */
function asked<T extends { beforeSend: (...args: never[]) => Promise<boolean> }>(
  permit: T,
  turn: () => Promise<void>,
): T {
  const { past, learned } = permit as unknown as { past: unknown; learned: (...args: unknown[]) => void };
  const beforeSend = async (...args: never[]) => {
    await turn();
    return permit.beforeSend(...args);
  };
  return { past, learned: learned.bind(permit), beforeSend } as unknown as T;
}

function asText(_field: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
