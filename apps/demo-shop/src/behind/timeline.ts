import { type CaseFile } from '@koosco/payment-db/operators';
import { placedAtMs, type ShopOrder } from '../order-service/shop-order';
import { type Moment } from './order-picture';
import { type Movement } from './toss-ledger';

/** Every row and message that is known of the order, oldest first. */
export function timelineOf(order: ShopOrder, file: CaseFile | null, movements: readonly Movement[]): readonly Moment[] {
  // At one moment in the order of cause and effect.
  const moments = [
    ...ofPlacing(order),
    ...(file === null ? [] : [...ofPayment(file), ...ofAttempts(file), ...ofRefunds(file), ...ofEvents(file, order)]),
    ...movements.map(({ kind, krw, atMs }): Moment => ({ atMs, part: 'toss', kind: `toss.${kind}`, values: { krw } })),
    ...ofHearing(order),
    ...ofTold(order),
  ];
  return moments.sort((a, b) => a.atMs - b.atMs);
}

function ofPlacing(order: ShopOrder): Moment[] {
  if (order.placed === null) return [];
  const { payableAmount: krw } = order.placed.data;
  return [{ atMs: placedAtMs(order), part: 'order-service', kind: 'order.placed', values: { krw } }];
}

function ofHearing({ heard }: ShopOrder): Moment[] {
  return heard.map(({ type, sequence, heardAtMs }) => {
    const kind = sequence === null ? type : 'heard';
    return { atMs: heardAtMs, part: 'order-service', kind, values: { type, sequence } };
  });
}

function ofPayment({ payment, cancellation, history }: CaseFile): Moment[] {
  const changes = history.map(({ occurredAt, fromStatus, toStatus, actor }): Moment => ({
    atMs: occurredAt.getTime(),
    part: 'database',
    kind: fromStatus === null ? 'payment.made' : 'payment.changed',
    values: { from: fromStatus, to: toStatus, actor, paymentId: payment?.paymentId ?? null },
  }));
  if (cancellation === null) return changes;
  return [
    ...changes,
    { atMs: cancellation.receivedAt.getTime(), part: 'database', kind: 'order.cancellation', values: {} },
  ];
}

function ofAttempts({ attempts }: CaseFile): Moment[] {
  return attempts.flatMap(({ createdAt, updatedAt, amount, status, pgCode, asks }): Moment[] => [
    { atMs: createdAt.getTime(), part: 'database', kind: 'attempt.begun', values: { krw: amount } },
    ...(status === 'IN_FLIGHT'
      ? []
      : [
          {
            atMs: updatedAt.getTime(),
            part: 'database' as const,
            kind: 'attempt.is',
            values: { status, code: pgCode, asks },
          },
        ]),
  ]);
}

function ofRefunds({ refunds }: CaseFile): Moment[] {
  return refunds.flatMap(({ createdAt, updatedAt, amount, origin, status, pgCode }): Moment[] => [
    { atMs: createdAt.getTime(), part: 'database', kind: 'refund.asked', values: { krw: amount, origin } },
    { atMs: updatedAt.getTime(), part: 'database', kind: 'refund.is', values: { krw: amount, status, code: pgCode } },
  ]);
}

/** The outbox has whole seconds, rounded down; what was written together with a row, or came of it, says it better. */
function ofEvents({ events, history }: CaseFile, { heard }: ShopOrder): Moment[] {
  return events.flatMap(({ eventType, status, createdAt, publishedAt, id }) => {
    const changes = history.map(({ occurredAt }) => occurredAt.getTime());
    const writtenAtMs = changes.find((ms) => isWithinSecond(ms, createdAt)) ?? createdAt.getTime();
    const values = { type: eventType, status, id };
    const written: Moment = { atMs: writtenAtMs, part: 'database', kind: 'outbox.row', values };
    if (publishedAt === null) return [written];
    const heardAtMs = heard.map(({ heardAtMs: ms }) => ms).find((ms) => isWithinSecond(ms, publishedAt));
    const atMs = Math.max(writtenAtMs, heardAtMs ?? publishedAt.getTime());
    return [written, { atMs, part: 'kafka', kind: 'outbox.published', values: { type: eventType } }];
  });
}

function isWithinSecond(ms: number, second: Date): boolean {
  return ms >= second.getTime() && ms < second.getTime() + 1_000;
}

function ofTold({ told }: ShopOrder): Moment[] {
  if (told === null) return [];
  const { at, word, paidKrw, refundedKrw } = told;
  return [{ atMs: at.getTime(), part: 'buyer', kind: 'told', values: { word, krw: paidKrw - refundedKrw } }];
}
