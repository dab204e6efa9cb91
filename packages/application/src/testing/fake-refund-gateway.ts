import { Money, type RefundedOutcome, type RefundOutcome, type SendRecord } from '@koosco/payment-domain';
import { type GivenBackReader, type GivenBackReading } from '../ports/gateway/given-back-reader';
import { type SendPermit } from '../ports/gateway/payment-gateway';
import { type RefundGateway, type RefundReading, type RefundRequest } from '../ports/gateway/refund-gateway';
import { type FakePaymentGateway } from './fake-payment-gateway';

/** What one call of `refund` does at the gateway, and what it answers; the two may differ, as they do when an answer is lost. */
export interface RefundStep {
  /** Null: what the gateway did is told. */
  readonly answer: RefundOutcome | null;
  readonly refunds: boolean;
}

const firstRecord = {
  keySlot: 'first',
  credential: 'fake',
  unanswered: true,
  answerCode: null,
  isUnclear: false,
} as const;

/** Gives back what the {@link FakePaymentGateway} has charged, with Toss's guard: nothing unless exactly as much is left. */
export class FakeRefundGateway implements RefundGateway, GivenBackReader {
  /** Every movement of money, in order. */
  readonly refunds: RefundRequest[] = [];
  readonly #steps: RefundStep[] = [];
  /** By payment key, oldest first. */
  readonly #cancels = new Map<string, { key: string; amount: Money; remainingAfter: Money; done: RefundedOutcome }[]>();
  #gate: Promise<void> = Promise.resolve();
  #newest: SendRecord = { ...firstRecord, mayArriveUntil: new Date(0) };

  constructor(private readonly charges: Pick<FakePaymentGateway, 'charges'>) {}

  /** The next calls of `refund` take these steps, one each. */
  script(...steps: readonly RefundStep[]): void {
    this.#steps.push(...steps);
  }

  /** From now on calls wait, before anything happens at the gateway, until the returned function is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.#gate = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** What is still charged under this payment key. */
  balanceOf(paymentKey: string): Money {
    const charged = this.charges.charges.filter((charge) => charge.paymentKey === paymentKey);
    const sum = charged.reduce((total, { amount }) => total.plus(amount), Money.zero);
    return (this.#cancels.get(paymentKey) ?? []).reduce((left, { amount }) => left.minus(amount), sum);
  }

  firstSend(now: Date): SendRecord {
    const mayArriveUntil = new Date(now.getTime() + 15 * 60_000);
    this.#newest = { ...firstRecord, mayArriveUntil };
    return this.#newest;
  }

  async refund(request: RefundRequest, permit: SendPermit): Promise<RefundOutcome> {
    if (permit.past !== null) {
      const reading = await this.lookUpRefund(request);
      if (reading.kind !== 'open') return reading;
    }
    const isAllowed = await permit.beforeSend(permit.past ?? this.#newest);
    if (!isAllowed) return { kind: 'unknown', pgCode: null, reason: 'another worker has the refund' };
    await this.#gate;
    const step = this.#steps.shift() ?? { answer: null, refunds: true };
    const done = step.refunds ? this.#giveBack(request) : null;
    return step.answer ?? done ?? { kind: 'not-refunded', cause: 'unavailable', pgCode: 'DOWN', pgMessage: null };
  }

  async lookUpRefund(request: RefundRequest): Promise<RefundReading> {
    await this.#gate;
    const cancels = this.#cancels.get(request.paymentKey) ?? [];
    const remainingAfter = request.remainingBefore.minus(request.amount);
    const ours = cancels.find(
      ({ done, amount, remainingAfter: after }) =>
        !request.knownRefunds.includes(done.pgTransactionId) &&
        amount.equals(request.amount) &&
        after.equals(remainingAfter),
    );
    if (ours !== undefined) return ours.done;
    if (this.balanceOf(request.paymentKey).equals(request.remainingBefore)) return { kind: 'open' };
    return { kind: 'unknown', pgCode: null, reason: 'the remainder is not ours' };
  }

  readGivenBack({ paymentKey }: { readonly paymentKey: string }): Promise<GivenBackReading> {
    const cancels = this.#cancels.get(paymentKey) ?? [];
    const givenBack = cancels.map(({ done, amount }) => ({
      ...{ pgTransactionId: done.pgTransactionId, amount, at: done.refundedAt },
    }));
    return Promise.resolve({ kind: 'read', givenBack });
  }

  #giveBack(request: RefundRequest): RefundOutcome {
    const cancels = this.#cancels.get(request.paymentKey) ?? [];
    const known = cancels.find(({ key }) => key === request.idempotencyKey);
    if (known !== undefined) return known.done;
    if (!this.balanceOf(request.paymentKey).equals(request.remainingBefore)) {
      return { kind: 'unknown', pgCode: 'NOT_MATCHES_REFUNDABLE_AMOUNT', reason: 'another refund came between' };
    }
    const pgTransactionId = `refund-${request.idempotencyKey}`;
    const done = { kind: 'refunded', pgTransactionId, refundedAt: new Date('2026-01-15T10:00:00.000Z') } as const;
    const remainingAfter = request.remainingBefore.minus(request.amount);
    this.#cancels.set(request.paymentKey, [
      ...cancels,
      { key: request.idempotencyKey, amount: request.amount, remainingAfter, done },
    ]);
    this.refunds.push(request);
    return done;
  }
}
