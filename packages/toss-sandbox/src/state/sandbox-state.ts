import { type FaultRule } from '../faults/fault';
import { type ForcedCode } from '../faults/forced-codes';
import { SeededRandom } from '../seeded-random';
import { type Switches } from '../switches';
import { type WebhookDelivery } from '../webhooks/webhook-delivery';
import { WebhookDispatcher } from '../webhooks/webhook-dispatcher';
import { IdempotencyStore } from './idempotency-store';
import { type Journal, type JournalPosition, type JournalRecord } from './journal/journal';
import { koreanMillis } from '../korean-time';
import { Ledger } from './ledger';
import { type LedgerRow } from './ledger-row';
import { type MerchantKeys } from './merchant-keys';
import { type Payment } from './payment/payment';
import { expire } from './payment/payment-state-machine';
import { PaymentRegister } from './payment/payment-register';
import { RateLimit } from '../faults/rate-limit';
import { RequestLog } from './request-log';
import { Rules } from '../faults/rules';
import { type SandboxClock } from './sandbox-clock';

/** What one request changes; all of it becomes durable in one journal line. */
export type Change = Omit<JournalRecord, 'clock'>;

/** Everything the sandbox knows. Memory always equals the replay of the journal, which is why both go through `apply`. */
export class SandboxState {
  payments = new PaymentRegister();
  ledger = new Ledger();
  idempotency = new IdempotencyStore();
  rateLimit = new RateLimit();
  readonly faults: Rules<FaultRule>;
  /** The oldest that takes a request decides. */
  readonly forcedCodes: Rules<ForcedCode>;
  readonly webhooks: WebhookDispatcher;
  readonly random: SeededRandom;
  readonly requests = new RequestLog();
  private journal: Journal | undefined;

  constructor(
    readonly clock: SandboxClock,
    readonly keys: MerchantKeys,
    public switches: Switches,
    options: { seed: number; webhookAnswerWithinMs: number },
  ) {
    this.random = new SeededRandom(options.seed);
    this.faults = new Rules('fault', options.seed * 31);
    this.forcedCodes = new Rules('code', options.seed * 37);
    this.webhooks = new WebhookDispatcher({
      clock,
      switches: () => this.switches,
      record: async (delivery) => {
        await this.commit({ deliveries: [delivery] });
      },
      answerWithinMs: options.webhookAnswerWithinMs,
    });
  }

  /** From here on changes are kept in `journal`, whose records have been replayed through `apply`. */
  keepIn(journal: Journal): void {
    this.journal = journal;
  }

  /** Applies the change at once and resolves, with the webhooks it causes, when it can no longer be lost. */
  async commit(change: Change): Promise<readonly WebhookDelivery[]> {
    const before = change.payment && this.payments.get(change.payment.paymentKey);
    const caused = change.payment === undefined ? [] : this.webhooks.plan(before, change.payment);
    const deliveries = caused.length === 0 ? change.deliveries : [...(change.deliveries ?? []), ...caused];
    const record = { clock: this.clock.reading(), ...change, ...(deliveries && { deliveries }) };
    const { at, durable } = this.openJournal.append(record);
    // The answer waits for the disk: until then a second request with its key must find it in flight.
    this.apply({ ...record, answer: undefined });
    await durable;
    if (record.answer !== undefined) this.keepAnswer(record.answer, at);
    return caused;
  }

  apply(
    record: Omit<JournalRecord, 'answer'> & { answer?: JournalRecord['answer'] | undefined },
    at?: JournalPosition,
  ): void {
    if (record.payment !== undefined) this.payments.put(record.payment);
    for (const row of record.rows ?? []) this.ledger.append(row);
    if (record.endpoints !== undefined) this.webhooks.applyEndpoints(record.endpoints);
    for (const delivery of record.deliveries ?? []) this.webhooks.applyDelivery(delivery);
    if (record.answer !== undefined && at !== undefined) this.keepAnswer(record.answer, at);
  }

  /** Ends every payment whose time is up. Resolves when that is durable, with the webhooks it causes. */
  async expireDue(): Promise<readonly WebhookDelivery[]> {
    const due = this.payments.dueBy(this.clock.nowMs());
    const commits = due.map((payment) => this.commit({ payment: expire(payment) }));
    return (await Promise.all(commits)).flat();
  }

  /** The next row of the ledger for a movement of this payment's money. */
  ledgerRow(kind: LedgerRow['kind'], payment: Payment, money: { amount: number; transactionKey: string }): LedgerRow {
    return {
      seq: this.ledger.nextSeq,
      kind,
      mId: payment.mId,
      paymentKey: payment.paymentKey,
      orderId: payment.orderId,
      amount: money.amount,
      currency: payment.currency,
      transactionKey: money.transactionKey,
      at: koreanMillis(this.clock.nowMs()),
    };
  }

  /** Resolves when everything done so far is durable: an answer must not tell of what a crash could undo. */
  settled(): Promise<void> {
    return this.openJournal.settled();
  }

  readAnswer(at: JournalPosition) {
    return this.openJournal.readAnswer(at);
  }

  /** Forgets payments, money, keys, rules and webhooks; the clock and the switches stay. */
  async reset(): Promise<void> {
    await this.webhooks.idle();
    await this.openJournal.clear();
    this.payments = new PaymentRegister();
    this.ledger = new Ledger();
    this.idempotency = new IdempotencyStore();
    this.rateLimit = new RateLimit();
    this.faults.clear();
    this.forcedCodes.clear();
    this.webhooks.clear();
    this.requests.clear();
  }

  private keepAnswer(answer: NonNullable<JournalRecord['answer']>, at: JournalPosition): void {
    this.idempotency.finish(answer.identity, answer.firstUsedMs, at);
  }

  private get openJournal(): Journal {
    if (this.journal === undefined) throw new Error('The sandbox has no journal yet');
    return this.journal;
  }
}
