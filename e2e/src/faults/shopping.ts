import { parseJson } from '@koosco/payment-contracts/json';
import {
  type BuyerChoice,
  type FaultRule,
  type ForcedCode,
  ControlRefused,
  SandboxControl,
} from '@koosco/toss-sandbox';
import { createConnection } from 'mariadb';
import { setTimeout as sleep } from 'node:timers/promises';
import { pgOrderIdOf } from '../demo/pg-order-id';
import { readDatabase } from '../demo/report/records';
import { userToken } from '../demo/user-token';
import { type PaymentSystem } from '../system/payment-system';
import { type EventLog } from './event-log';

const LOOK_INTERVAL_MS = 200;
const PATIENCE_MS = 120_000;
export const AMOUNT = 15_000;

/** What a caller gets, in words that are the same in every run. */
export interface Told {
  readonly status: number;
  /** `200 APPROVED`; `502 PAYMENT-502-001, outcome unknown`. */
  readonly words: string;
}

/** One buyer with one order: what they do, and what can be seen of it from outside. */
export class Shopping {
  readonly toss: SandboxControl;
  readonly pgOrderId: string;
  #paymentKey = '';
  #token = '';
  readonly #rules: (() => Promise<void>)[] = [];

  constructor(
    private readonly system: PaymentSystem,
    private readonly events: Pick<EventLog, 'typesOf'>,
    readonly orderId: bigint,
  ) {
    this.toss = new SandboxControl(system.sandboxUrl);
    this.pgOrderId = pgOrderIdOf(orderId);
  }

  get paymentKey(): string {
    return this.#paymentKey;
  }

  /** Goes through the payment window. @param amount what the window is opened for. */
  async authenticate(choice: BuyerChoice = {}, amount = AMOUNT): Promise<void> {
    // Each row's order is of the user with its number, so that no limit of a user is shared.
    this.#token = await userToken(this.orderId);
    const path = `/api/payments/orders/${this.orderId}/checkout`;
    const checkout = await until(async () => {
      const { status, data } = await this.#call('GET', path);
      return status === 200 ? data : undefined;
    });
    const { clientKey, customerKey, orderName } = checkout as Record<'clientKey' | 'customerKey' | 'orderName', string>;
    const window = { clientKey, customerKey, orderName, orderId: this.pgOrderId, amount };
    this.#paymentKey = (await this.toss.authenticate({ ...window, ...choice })).paymentKey;
  }

  /** @returns false where Toss takes no more payments for this order: it was charged once, though that was given back. */
  async reopenWindow(): Promise<boolean> {
    try {
      await this.authenticate();
      return true;
    } catch (error) {
      if (error instanceof ControlRefused) return false;
      throw error;
    }
  }

  confirm(): Promise<Told> {
    const { orderId, paymentKey } = this;
    return this.#ask('/api/payments/confirm', { paymentKey, orderId: String(orderId), amount: AMOUNT });
  }

  #wish = 1;
  /** What is wanted from now on is another cancel, where the money certainly stayed at the last. */
  wishAnew(): void {
    this.#wish += 1;
  }

  /** All of it; the same wish however often it is said, until {@link wishAnew}. */
  async cancel(): Promise<Told> {
    const paymentId = await this.#paymentId();
    return this.#ask(`/api/payments/${paymentId}/cancel`, { cancelReason: '단순 변심' }, `${paymentId}-${this.#wish}`);
  }

  #known: string | undefined;
  /** Asked for before anything fails. */
  async #paymentId(): Promise<string> {
    this.#known ??= (await this.#payment())['paymentId'] as string;
    return this.#known;
  }

  /** Paid, and known to be. */
  async pay(): Promise<void> {
    await this.authenticate();
    const { words } = await this.confirm();
    if (words !== '200 APPROVED') throw new Error(`order ${this.orderId} could not be paid: ${words}`);
    await this.#paymentId();
  }

  /** A fault of the sandbox, for this order only. */
  async suffer(rule: Omit<FaultRule, 'orderId' | 'paymentKey'>): Promise<void> {
    const id = await this.toss.addFault({ ...rule, paymentKey: this.#paymentKey });
    this.#rules.push(() => this.toss.removeFault(id));
  }

  /** A code with which Toss answers this order only. */
  async force(rule: Omit<ForcedCode, 'orderId' | 'paymentKey'>): Promise<void> {
    const id = await this.toss.forceCode({ ...rule, paymentKey: this.#paymentKey });
    this.#rules.push(() => this.toss.removeForcedCode(id));
  }

  /** Ends what {@link suffer} and {@link force} began. */
  async recover(): Promise<void> {
    for (const end of this.#rules.splice(0)) await end();
  }

  /** Waits until Toss issued the account, and pays into it. */
  async deposit(): Promise<void> {
    await until(async () => (await this.toss.payment(this.#paymentKey)).status === 'WAITING_FOR_DEPOSIT' || undefined);
    await this.toss.deposit(this.#paymentKey);
  }

  /**
   * Nothing is left to be done: no attempt and no refund is open, and every change has its event in Kafka. Reading the
   * payment over HTTP would hurry its settlement, so the database is read.
   */
  async settled(): Promise<void> {
    await until(async () => {
      const { payments } = await readDatabase(this.system.infrastructure.mariadb);
      const payment = payments.find(({ orderId }) => orderId === this.orderId);
      if (payment === undefined || payment.unresolvedAttempts > 0n || payment.unresolvedRefunds > 0n) return undefined;
      return BigInt(this.events.typesOf(this.orderId).length) === payment.sequence ? true : undefined;
    });
  }

  /** Lets the time pass here in which a request may still arrive at Toss, and resolves when all is settled. */
  async settledAfterTime(): Promise<void> {
    const over = new AbortController();
    const settled = this.settled().finally(() => over.abort());
    const { host, port, user, password, database } = this.system.infrastructure.mariadb;
    const connection = await createConnection({ host, port, user, password, database });
    try {
      while (!over.signal.aborted) {
        for (const table of ['payment_attempt', 'payment_refund']) {
          // Not under the hands of a worker that is at it just now: it would write its own time over this one.
          await connection.query(
            `UPDATE ${table} SET due_at = UTC_TIMESTAMP(3),
                    send_may_arrive_until = LEAST(send_may_arrive_until, UTC_TIMESTAMP(3) - INTERVAL 1 SECOND)
              WHERE order_id = ? AND due_at IS NOT NULL AND (leased_until IS NULL OR leased_until < UTC_TIMESTAMP(3))`,
            [this.orderId],
          );
        }
        await sleep(LOOK_INTERVAL_MS);
      }
    } finally {
      await connection.end();
    }
    await settled;
  }

  /** What moved at Toss, in its order: `charged 15000, given back 15000`. */
  async money(): Promise<string> {
    const words = { charge: 'charged', cancel: 'given back', 'deposit-reversal': 'taken back' };
    const rows = (await this.toss.ledger()).filter(({ orderId }) => orderId === this.pgOrderId);
    return rows.map(({ kind, amount }) => `${words[kind]} ${amount}`).join(', ') || 'none moved';
  }

  /** Beyond `payment.created`, which every order has. */
  eventsAfterCreation(): string {
    const [first, ...others] = this.events.typesOf(this.orderId);
    if (first !== 'payment.created') throw new Error(`order ${this.orderId} begins with ${first}`);
    return others.join(', ') || 'none';
  }

  /** As a buyer reads it. */
  async end(): Promise<string> {
    const { status, attempt, refunds } = await this.#payment();
    const open = [attempt, ...(refunds as unknown[])].filter((one) => one !== null);
    return [status, ...open.map((one) => (one as { status: string }).status)].join(', ');
  }

  async #payment(): Promise<Record<string, unknown>> {
    return (await this.#call('GET', `/api/payments/orders/${this.orderId}`)).data as Record<string, unknown>;
  }

  async #ask(path: string, body: object, key?: string): Promise<Told> {
    const { status, data, error } = await this.#call('POST', path, body, key);
    const outcome = error?.details?.outcome;
    const said = error?.code ?? (data as { status: string }).status;
    return { status, words: `${status} ${said}${outcome === undefined ? '' : `, outcome ${outcome}`}` };
  }

  async #call(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const response = await fetch(`${this.system.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, ...(parseJson(await response.text()) as Omit<Answer, 'status'>) };
  }
}

interface Answer {
  readonly status: number;
  readonly data?: object;
  readonly error?: { readonly code: string; readonly details?: { readonly outcome?: string } };
}

/** Whatever is away for a moment is asked again. @throws Error with the last one when that lasts too long. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    let failure: unknown;
    const seen = await look().catch((error: unknown) => void (failure = error));
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error('what was waited for did not come', { cause: failure });
    await sleep(LOOK_INTERVAL_MS);
  }
}
