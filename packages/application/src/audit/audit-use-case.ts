import { type OrderId } from '@koosco/payment-domain';
import { type AuditReader } from '../ports/audit-reader';
import { type GatewayBooks, type Movement } from '../ports/gateway/gateway-books';
import { type EventRecord, type PaymentRecords } from './audit-records';
import { differencesOfEvents } from './differences-of-events';
import { differencesOfMoney, type OwnMovement, ownMovementsOf } from './differences-of-money';
import { type Difference, differencesWithin } from './differences-within';

/** What one pass holds in memory at once: minutes of an installation, however long the period is. */
const WINDOW_MS = 10 * 60_000;
/** The gateway's clock, ours, and the moment at which either writes a movement down differ by less. */
const MARGIN_MS = 5 * 60_000;
const MOVEMENTS_PER_PAGE = 1_000;
const PAYMENTS_PER_READ = 500;

export interface AuditFinding extends Difference {
  /** `unexplained`: two records say different things. `open`: it is under way, and may explain itself. */
  readonly kind: 'unexplained' | 'open';
  /** Null where no order of ours is named. */
  readonly orderId: bigint | null;
}

/** What was compared, so that "nothing found" says of what. */
export interface AuditCounts {
  payments: number;
  events: number;
  charges: number;
  chargedKrw: bigint;
  refunds: number;
  refundedKrw: bigint;
  /** Movements of orders whose id is not of our form: the merchant sells elsewhere too. */
  foreign: number;
  foreignKrw: bigint;
}

export interface AroundEvent extends EventRecord {
  readonly isWithin: boolean;
}

export interface AuditWindow {
  readonly from: Date;
  readonly to: Date;
  readonly counts: AuditCounts;
  readonly findings: readonly AuditFinding[];
  /** Events of the window and of minutes before and after it, for whoever compares them with what was published. */
  readonly events: readonly AroundEvent[];
}

/** The gateway's books could not be read: nothing can be said from this moment on. */
export class BooksUnread extends Error {
  constructor(
    readonly from: Date,
    reason: string,
  ) {
    super(`the gateway's books could not be read from ${from.toISOString()} on: ${reason}`);
  }
}

/**
 * Compares, for a period, every won that the gateway moved with every won that the records of payments say, the records of a
 * payment with one another, and its changes with its events. Reads in windows, so that it can go on where it stopped.
 */
export class AuditUseCase {
  constructor(
    private readonly books: GatewayBooks,
    private readonly reader: AuditReader,
  ) {}

  /**
   * One window after the other, the oldest first. The gateway is asked once for a thousand of its movements, and once more
   * for each window.
   * @throws BooksUnread, or what the database throws; the windows before are done.
   */
  async *windows(from: Date, to: Date): AsyncGenerator<AuditWindow> {
    const told = new Set<string>();
    for (let begin = from.getTime(); begin < to.getTime(); begin += WINDOW_MS) {
      yield await this.#window(new Date(begin), new Date(Math.min(begin + WINDOW_MS, to.getTime())), told);
    }
  }

  /** @param told what was said of a payment as it stands, which every window that meets it would say again. */
  async #window(from: Date, to: Date, told: Set<string>): Promise<AuditWindow> {
    const [around, until] = [new Date(from.getTime() - MARGIN_MS), new Date(to.getTime() + MARGIN_MS)];
    const isWithin = (at: Date | null) => at !== null && at >= from && at < to;
    // The books first: what they have, the records must have by then.
    const movements = await this.#movements(around, until);
    const foreign = movements.filter(({ orderId, at }) => orderId === null && isWithin(at));
    const ours = movements.flatMap((moved) => (moved.orderId === null ? [] : [{ ...moved, orderId: moved.orderId }]));
    const [events, created] = await Promise.all([
      this.reader.events(around, until),
      this.reader.createdPayments(from, to),
    ]);
    const withinEvents = events.filter(({ createdAt }) => isWithin(createdAt));
    const paymentIds = [...new Set([...created, ...withinEvents.map(({ paymentId }) => paymentId)])];
    const orderIds = [...new Set(ours.map(({ orderId }) => orderId))];

    const seen = new Map<string, PaymentRecords>();
    for (const records of await this.#read(paymentIds, orderIds)) seen.set(records.paymentId, records);
    const payments = [...seen.values()];
    const known = new Map(payments.map((records) => [records.orderId, records]));
    const eventsOf = groupBy(events, ({ paymentId }) => paymentId);
    const movementsOf = groupBy(ours, ({ orderId }) => orderId as bigint);

    const findings: AuditFinding[] = payments.flatMap((records) => {
      const kind = records.underWay > 0 ? 'open' : 'unexplained';
      const money = differencesOfMoney(records, movementsOf.get(records.orderId) ?? [], isWithin);
      return [
        // What is under way may still move money; it never explains records that contradict one another.
        ...money.map((difference) => ({ ...difference, kind, orderId: records.orderId }) as const),
        ...[
          ...differencesWithin(records).filter(({ text }) => isFirst(told, `${records.paymentId} ${text}`)),
          ...differencesOfEvents(records, eventsOf.get(records.paymentId) ?? [], isWithin),
        ].map((difference) => ({ ...difference, kind: 'unexplained', orderId: records.orderId }) as const),
      ];
    });
    for (const { orderId, amount, kind, at } of ours) {
      if (known.has(orderId) || !isWithin(at)) continue;
      const text = `the gateway moved ${String(amount)} KRW (${kind ?? 'nobody knows how'}) for an order without a payment`;
      findings.push({ kind: 'unexplained', orderId, krw: amount ?? 0n, text, gap: null });
    }
    for (const { paymentId, eventType, id } of withinEvents) {
      if (seen.has(paymentId)) continue;
      const text = `${eventType} (outbox ${id}) tells of payment ${paymentId}, which is not there`;
      findings.push({ kind: 'unexplained', orderId: null, krw: 0n, text, gap: null });
    }
    const counts = countsOf(payments, withinEvents.length, foreign, isWithin);
    return {
      from,
      to,
      counts,
      findings,
      events: events.map((event) => ({ ...event, isWithin: isWithin(event.createdAt) })),
    };
  }

  async #movements(from: Date, to: Date): Promise<readonly Movement[]> {
    const all: Movement[] = [];
    for (let after: string | null = null; ;) {
      const reading = await this.books.movements({ from, to, after, limit: MOVEMENTS_PER_PAGE });
      if (reading.kind === 'unknown') throw new BooksUnread(from, reading.reason);
      all.push(...reading.movements);
      // That a short page is the last one is nowhere promised.
      if (reading.movements.length === 0) return all;
      after = reading.movements.at(-1)?.pgTransactionId ?? null;
    }
  }

  async #read(paymentIds: readonly string[], orderIds: readonly OrderId[]): Promise<readonly PaymentRecords[]> {
    const read: PaymentRecords[] = [];
    for (let first = 0; first < Math.max(paymentIds.length, orderIds.length); first += PAYMENTS_PER_READ) {
      const last = first + PAYMENTS_PER_READ;
      read.push(...(await this.reader.records(paymentIds.slice(first, last), orderIds.slice(first, last))));
    }
    return read;
  }
}

function countsOf(
  payments: readonly PaymentRecords[],
  events: number,
  foreign: readonly Movement[],
  isWithin: (at: Date) => boolean,
): AuditCounts {
  const moved = payments.flatMap(ownMovementsOf).filter(({ at }) => isWithin(at));
  const sum = (of: readonly { readonly amount: bigint | null }[]) =>
    of.reduce((total, { amount }) => total + (amount ?? 0n), 0n);
  const of = (kind: OwnMovement['kind']) => moved.filter((one) => one.kind === kind);
  return {
    ...{ payments: payments.length, events },
    ...{ charges: of('charge').length, chargedKrw: sum(of('charge')) },
    ...{ refunds: of('refund').length, refundedKrw: sum(of('refund')) },
    ...{ foreign: foreign.length, foreignKrw: sum(foreign) },
  };
}

function isFirst(told: Set<string>, name: string): boolean {
  if (told.has(name)) return false;
  told.add(name);
  return true;
}

function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
