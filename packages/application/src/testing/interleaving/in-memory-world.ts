import { type ApprovalOutcome, Money, OrderId, type RefundOutcome, UserId } from '@koosco/payment-domain';
import { type GivenBackReader } from '../../ports/gateway/given-back-reader';
import { type PaymentGateway } from '../../ports/gateway/payment-gateway';
import { type RefundGateway } from '../../ports/gateway/refund-gateway';
import { FakeClock } from '../fake-clock';
import { FakePaymentGateway } from '../fake-payment-gateway';
import { FakeRefundGateway } from '../fake-refund-gateway';
import { InMemoryDatabase } from '../in-memory/in-memory-database';
import { type InterleavingWorld, type ProcessTime, type Way } from './interleaving-world';
import { type OrderRecords } from './order-records';
import { type SeededSchedule } from './seeded-schedule';
import { SequentialIds } from '../sequential-ids';

/** Of the calls to the gateway. */
const FAULT_SHARE = 0.25;

/** A world without servers: thousands of interleavings take seconds. */
export class InMemoryWorld implements InterleavingWorld {
  readonly order = { orderId: OrderId.of(123n), userId: UserId.of(7n), amount: Money.krw(1_000n) };
  readonly paymentKeys = ['key-1', 'key-2'] as const;
  readonly ids = new SequentialIds();
  readonly clock = new FakeClock();
  readonly database = new InMemoryDatabase(this.clock);
  readonly #payments = new FakePaymentGateway();
  readonly #refunds = new FakeRefundGateway(this.#payments);
  #way: Way = 'good';

  constructor(private readonly schedule: SeededSchedule) {}

  gatewaysOf({ turn }: ProcessTime) {
    return { payments: this.#paymentsOf(turn), refunds: this.#refundsOf(turn), books: this.#booksOf(turn) };
  }

  setWay(way: Way): void {
    this.#way = way;
  }

  advance(durationMs: number): Promise<void> {
    return this.clock.advance(durationMs);
  }

  /** Every promise that can go on has gone on after a turn of the event loop. */
  quiet(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  records(): Promise<OrderRecords> {
    const { orderId } = this.order;
    const { payments, attempts, refunds, transactions, events, history } = this.database.tables;
    const { unappliedCharges, orderCancellations } = this.database.tables;
    const state = payments.get(orderId);
    const sum = (amounts: readonly Money[]) => amounts.reduce((total, { krw }) => total + krw, 0n);
    const given = [...refunds.values()].filter((one) => one.status === 'SUCCEEDED' && one.attemptId === null);
    const moved = transactions.map(({ transaction }) => transaction).filter(({ type }) => type === 'CANCEL');
    return Promise.resolve({
      payment:
        state === undefined
          ? null
          : {
              ...{ status: state.status, sequence: state.sequence, canceledKrw: state.canceledAmount.krw },
              approvedKey: state.approval?.paymentKey ?? null,
              isOrderCancelled: state.orderCancelledAt !== null,
            },
      isCancellationKnown: orderCancellations.has(orderId),
      underWay: [...attempts.values(), ...refunds.values()].filter(({ dueAt }) => dueAt !== null).length,
      unappliedCharges: [...unappliedCharges.values()].filter(({ refundedAt }) => refundedAt === undefined).length,
      refundedKrw: sum(given.map(({ amount }) => amount)),
      cancelTransactionsKrw: sum(moved.map(({ amount }) => amount)),
      events: events.map((event) => ({
        ...{ type: event.type, sequence: event.data.sequence },
        canceledKrw: event.type === 'payment.canceled' ? event.data.canceledAmount : 0n,
      })),
      history: history.map(({ sequence, from, to, canceledAmount }) => ({
        ...{ sequence, from, to, canceledKrw: canceledAmount.krw },
      })),
      charges: this.#payments.charges.map(({ paymentKey }) => ({
        ...{ paymentKey, heldKrw: this.#refunds.balanceOf(paymentKey).krw },
      })),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #paymentsOf(turn: () => Promise<void>): PaymentGateway {
    return {
      firstSend: (now) => this.#payments.firstSend(now),
      approve: async (request, permit) => {
        await turn();
        // The session is over, and with it what can be charged.
        if (permit.past !== null && permit.past.mayArriveUntil < this.clock.now()) {
          const reading = await this.#payments.lookUp(request);
          return reading.kind === 'open' ? expired : reading;
        }
        const step = this.#faultOf(confirmFaults, (charges) => ({ answer: lost, charges }));
        if (step !== null) this.#payments.script(request.paymentKey, step);
        const outcome = await this.#payments.approve(request, asked(permit, turn));
        await turn();
        return outcome;
      },
      lookUp: async (request) => {
        await turn();
        const reading = await this.#payments.lookUp(request);
        const isOver = reading.kind === 'open' && request.mayArriveUntil < this.clock.now();
        await turn();
        return this.#isAnswerLost() ? lost : isOver ? expired : reading;
      },
      callOff: async (request) => {
        await turn();
        const reading = await this.#payments.callOff(request);
        await turn();
        return this.#isAnswerLost() ? lost : reading;
      },
    };
  }

  #refundsOf(turn: () => Promise<void>): RefundGateway {
    return {
      firstSend: (now) => this.#refunds.firstSend(now),
      refund: async (request, permit) => {
        await turn();
        const step = this.#faultOf(refundFaults, (refunds) => ({ answer: lost, refunds }));
        if (step !== null) this.#refunds.script(step);
        const outcome = await this.#refunds.refund(request, asked(permit, turn));
        await turn();
        return outcome;
      },
      lookUpRefund: async (request) => {
        await turn();
        const reading = await this.#refunds.lookUpRefund(request);
        await turn();
        return this.#isAnswerLost() ? lost : reading;
      },
    };
  }

  /** What of a charge went back, as the gateway's books say at this moment. */
  #booksOf(turn: () => Promise<void>): GivenBackReader {
    return {
      readGivenBack: async (request) => {
        await turn();
        const reading = await this.#refunds.readGivenBack(request);
        await turn();
        return this.#isAnswerLost() ? { kind: 'unknown', reason: 'no answer' } : reading;
      },
    };
  }

  #faultOf<Step>(faults: readonly Step[], lostStep: (arrives: boolean) => Step): Step | null {
    if (this.#way === 'good') return null;
    if (this.#way !== 'drawn') return lostStep(this.#way === 'answers-lost');
    return this.schedule.random() < FAULT_SHARE ? this.schedule.pick(faults) : null;
  }

  #isAnswerLost(): boolean {
    return this.#way === 'drawn' ? this.schedule.random() < FAULT_SHARE : this.#way !== 'good';
  }
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
