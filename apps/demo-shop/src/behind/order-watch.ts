import { type CaseFile, type CaseFiles, openCaseFiles } from '@koosco/payment-db/operators';
import { type OrderBook } from '../order-service/order-book';
import { type ShopOrder, statusOf, unknownOrder } from '../order-service/shop-order';
import { type Surroundings } from '../surroundings';
import { type Column, type OrderPicture, type Stage } from './order-picture';
import { Reopening } from './reopening';
import { timelineOf } from './timeline';
import { balanceOf, type Movement, TossLedger } from './toss-ledger';

/** Looks at one order from all four sides: only ever reads, and only while somebody looks. */
export class OrderWatch {
  readonly #cases: Reopening<CaseFiles>;
  readonly #ledger: TossLedger;

  constructor(
    { database, sandboxUrl }: Surroundings,
    private readonly book: OrderBook,
  ) {
    this.#cases = new Reopening(() => openCaseFiles(database));
    this.#ledger = new TossLedger(sandboxUrl);
  }

  async look(orderId: bigint): Promise<OrderPicture> {
    const order = this.book.order(orderId) ?? unknownOrder(orderId);
    const file = await this.#cases.use((cases) => cases.find({ kind: 'order', orderId })).catch(() => unread);
    const pgOrderId = file?.payment?.pgOrderId;
    const movements = pgOrderId === undefined ? [] : await this.#ledger.movementsOf(pgOrderId).catch(() => unread);
    return pictureOf(order, file, movements);
  }

  close(): Promise<void> {
    return this.#cases.close();
  }
}

/** A side that does not answer right now. */
const unread = undefined;

function pictureOf(
  order: ShopOrder,
  file: CaseFile | null | undefined,
  movements: readonly Movement[] | undefined,
): OrderPicture {
  const stage = stageOf(order, file ?? null);
  const columns = {
    buyer: buyerColumn(order),
    database: databaseColumn(file),
    toss: tossColumn(movements),
    orderService: { word: statusOf(order), krw: order.paidKrw - order.refundedKrw },
  };
  const sums = new Set(Object.values(columns).map(({ krw }) => krw));
  const isQuiet = (stage === 'window' || stage === 'heard') && !sums.has(null);
  return {
    orderId: String(order.orderId),
    amountKrw: order.placed?.data.payableAmount ?? file?.payment?.amount ?? null,
    ...{ stage, columns },
    agreement: !isQuiet ? 'open' : sums.size === 1 ? 'agree' : 'disagree',
    timeline: timelineOf(order, file ?? null, movements ?? []),
  };
}

function stageOf({ heard }: ShopOrder, file: CaseFile | null): Stage {
  if (file?.payment == null) return 'ordered';
  const { attempts, refunds, unappliedCharges, events, payment } = file;
  if (attempts.some(({ status }) => status === 'IN_FLIGHT' || status === 'UNKNOWN')) return 'confirming';
  const isMoneyToGoBack = unappliedCharges.some(({ refundedAt }) => refundedAt === null);
  if (isMoneyToGoBack || refunds.some(({ dueAt }) => dueAt !== null)) return 'refunding';
  const isNew = payment.status === 'READY';
  if (events.some(({ status }) => status === 'PENDING')) return isNew ? 'received' : 'settled';
  if (heard.filter(({ sequence }) => sequence !== null).length < payment.sequence)
    return isNew ? 'received' : 'published';
  return isNew ? 'window' : 'heard';
}

function buyerColumn({ told }: ShopOrder): Column {
  return told === null ? { word: 'NOTHING', krw: 0n } : { word: told.word, krw: told.paidKrw - told.refundedKrw };
}

function databaseColumn(file: CaseFile | null | undefined): Column {
  if (file === undefined) return { word: 'UNREAD', krw: null };
  if (file?.payment == null) return { word: 'NOTHING', krw: 0n };
  const { amount, canceledAmount, status } = file.payment;
  const isPaid = status === 'APPROVED' || status === 'PARTIALLY_CANCELED';
  const notApplied = file.unappliedCharges.filter(({ refundedAt }) => refundedAt === null);
  const own = isPaid ? amount - canceledAmount : 0n;
  return { word: status, krw: notApplied.reduce((sum, charge) => sum + charge.amount, own) };
}

function tossColumn(movements: readonly Movement[] | undefined): Column {
  if (movements === undefined) return { word: 'UNREAD', krw: null };
  const last = movements.at(-1);
  return { word: last === undefined ? 'NOTHING' : last.kind, krw: balanceOf(movements) };
}
