import { type EventRecord, type PaymentRecords } from './audit-records';
import { type Difference, distance, type Gap, won } from './differences-within';

/** A change and its event are written in one transaction, and the outbox has whole seconds. */
const SLACK_MS = 5_000;

/** Every change of a payment has one event, which tells it as it was. */
export function differencesOfEvents(
  { history }: PaymentRecords,
  events: readonly EventRecord[],
  isWithin: (at: Date) => boolean,
): readonly Difference[] {
  const found: Difference[] = [];
  history.forEach(({ sequence, toStatus, occurredAt, canceledAmount: afterwards }, index) => {
    if (!isWithin(occurredAt)) return;
    const told = events.filter((event) => event.sequence === sequence);
    const krw = afterwards - (history[index - 1]?.canceledAmount ?? 0n);
    if (told.length === 0) {
      const text = `change ${sequence} (${toStatus}) has no event in the outbox`;
      found.push({ krw, text, gap: gapOf(-krw) });
    }
    for (const { id, eventType, canceledAmount } of told) {
      if (eventType !== eventTypeOf(toStatus)) {
        const text = `change ${sequence} (${toStatus}) is told as ${eventType} (outbox ${id})`;
        found.push({ krw, text, gap: gapOf(-krw) });
      } else if ((canceledAmount ?? 0n) !== krw) {
        const text = `change ${sequence} gave back ${won(krw)}, its event (outbox ${id}) says ${won(canceledAmount ?? 0n)}`;
        const by = (canceledAmount ?? 0n) - krw;
        found.push({ krw: distance(by, 0n), text, gap: gapOf(by) });
      }
    }
    if (told.length > 1) {
      const ids = told.map(({ id }) => String(id)).join(' and ');
      const text = `change ${sequence} (${toStatus}) has ${told.length} events: outbox ${ids}`;
      found.push({ krw: 0n, text, gap: null });
    }
  });
  const sequences = new Set(history.map(({ sequence }) => sequence));
  const since = history[0] === undefined ? Infinity : history[0].occurredAt.getTime() - SLACK_MS;
  for (const { id, eventType, sequence, createdAt } of events) {
    // Payments from before there was a history told things that it does not have.
    if (!isWithin(createdAt) || createdAt.getTime() < since) continue;
    if (sequence === null || !sequences.has(sequence)) {
      const text = `${eventType} (outbox ${id}) tells of a change that the history does not have`;
      found.push({ krw: 0n, text, gap: null });
    }
  }
  return found;
}

function gapOf(by: bigint): Gap {
  return { of: 'given back', between: 'history-events', by };
}

function eventTypeOf(toStatus: string): string {
  switch (toStatus) {
    case 'READY':
      return 'payment.created';
    case 'APPROVED':
      return 'payment.completed';
    case 'FAILED':
      return 'payment.failed';
    default:
      return 'payment.canceled';
  }
}
