import { type ApprovalOutcome, type ApprovedOutcome, type SendRecord } from '@koosco/payment-domain';
import {
  type ApprovalReading,
  type ApprovalRequest,
  type PaymentGateway,
  type SendPermit,
} from '../ports/gateway/payment-gateway';

/** What one call of `approve` does at the gateway, and what it answers; the two may differ, as they do when an answer is lost. */
export interface GatewayStep {
  readonly answer: ApprovalOutcome;
  /** Whether the buyer is charged. Unless told, when the answer says so. */
  readonly charges?: boolean;
}

/** Ten minutes in which a charge is possible, and five to spare. */
const SESSION_MS = 15 * 60_000;

const firstRecord = {
  keySlot: 'first',
  credential: 'fake',
  unanswered: true,
  answerCode: null,
  isUnclear: false,
} as const;

/**
 * A gateway with books. It charges a payment key once, remembers what it declined, and tells both when asked.
 * A payment key without a script is approved.
 */
export class FakePaymentGateway implements PaymentGateway {
  /** Every call, in order. */
  readonly approvals: ApprovalRequest[] = [];
  readonly lookUps: ApprovalRequest[] = [];
  /** Every movement of money, in order. More than one for an order is the accident that everything here prevents. */
  readonly charges: ApprovalRequest[] = [];

  readonly #scripts = new Map<string, GatewayStep[]>();
  readonly #readings = new Map<string, ApprovalReading[]>();
  /** By payment key, which is charged once whoever asks, or else by idempotency key: what the books say. */
  readonly #books = new Map<string, ApprovalOutcome>();
  #gate: Promise<void> = Promise.resolve();
  #newest: SendRecord = { ...firstRecord, mayArriveUntil: new Date(0) };

  /** The next calls of `approve` with this payment key take these steps, one each. */
  script(paymentKey: string, ...steps: readonly GatewayStep[]): void {
    this.#scripts.set(paymentKey, [...(this.#scripts.get(paymentKey) ?? []), ...steps]);
  }

  /** The next look-ups of this payment key answer this, one each, whatever the books say. */
  scriptLookUp(paymentKey: string, ...readings: readonly ApprovalReading[]): void {
    this.#readings.set(paymentKey, [...(this.#readings.get(paymentKey) ?? []), ...readings]);
  }

  /** From now on calls wait, before anything happens at the gateway, until the returned function is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.#gate = new Promise((resolve) => (release = resolve));
    return release;
  }

  firstSend(now: Date): SendRecord {
    this.#newest = { ...firstRecord, mayArriveUntil: new Date(now.getTime() + SESSION_MS) };
    return this.#newest;
  }

  /** Asks before it sends where an earlier worker may have sent. */
  async approve(request: ApprovalRequest, permit: SendPermit): Promise<ApprovalOutcome> {
    if (permit.past !== null) {
      const reading = await this.lookUp(request);
      if (reading.kind !== 'open') return reading;
    }
    const isAllowed = await permit.beforeSend(permit.past ?? this.#newest);
    if (!isAllowed) return { kind: 'unknown', pgCode: null, reason: 'another worker has the attempt' };
    return this.#charge(request);
  }

  async #charge(request: ApprovalRequest): Promise<ApprovalOutcome> {
    this.approvals.push(request);
    await this.#gate;
    const step = this.#scripts.get(request.paymentKey)?.shift() ?? { answer: approved(request) };
    const known = this.#known(request);
    if (known) return step.answer.kind === 'unknown' ? step.answer : known;
    if (step.charges ?? step.answer.kind === 'approved') {
      this.charges.push(request);
      this.#books.set(request.paymentKey, step.answer.kind === 'approved' ? step.answer : approved(request));
    } else if (step.answer.kind === 'declined' || step.answer.kind === 'awaiting-deposit') {
      this.#books.set(request.idempotencyKey, step.answer);
    }
    return step.answer;
  }

  async lookUp(request: ApprovalRequest): Promise<ApprovalReading> {
    this.lookUps.push(request);
    await this.#gate;
    const scripted = this.#readings.get(request.paymentKey)?.shift();
    return scripted ?? this.#known(request) ?? { kind: 'open' };
  }

  /** Only a deposit that is awaited can be given up. */
  async callOff(request: ApprovalRequest): Promise<ApprovalReading> {
    await this.#gate;
    const known = this.#known(request);
    if (known?.kind !== 'awaiting-deposit') return known ?? { kind: 'open' };
    this.#books.set(request.idempotencyKey, { kind: 'refused', pgCode: 'CALLED_OFF', pgMessage: '' });
    return this.lookUp(request);
  }

  #known({ paymentKey, idempotencyKey }: ApprovalRequest): ApprovalOutcome | undefined {
    return this.#books.get(paymentKey) ?? this.#books.get(idempotencyKey);
  }
}

function approved(request: ApprovalRequest): ApprovedOutcome {
  return {
    kind: 'approved',
    pgTransactionId: `tx-${request.idempotencyKey}`,
    approvedAt: new Date('2026-01-15T09:00:01.000Z'),
    method: '카드',
    receiptUrl: `https://receipts.example/${request.idempotencyKey}`,
  };
}
