import { type BuyerAnswer } from './buyer';
import { type Disagreement } from './compare-records';
import { type PlannedOrder } from './order-plan';
import { type Records } from './records';

export interface DemoReport {
  readonly orders: number;
  readonly approved: number;
  readonly declined: number;
  readonly refused: number;
  /** Distinct events on each topic, by event type. */
  readonly events: Readonly<Record<string, number>>;
  /** Records beyond the first with the same event id: redeliveries. */
  readonly redelivered: number;
  readonly chargedKrw: number;
  /** From an event's time, taken inside its transaction, to the time of its record in Kafka. */
  readonly commitToKafkaMs: { readonly p50: number; readonly p99: number };
  readonly seconds: number;
  readonly disagreements: readonly { readonly orderId: string | null; readonly what: string }[];
}

export function demoReport(run: {
  orders: readonly PlannedOrder[];
  answers: readonly BuyerAnswer[];
  records: Records;
  disagreements: readonly Disagreement[];
  seconds: number;
}): DemoReport {
  const { answers, records } = run;
  const distinct = new Map(records.events.map(({ event }) => [event.id, event]));
  const events: Record<string, number> = {};
  for (const { type } of distinct.values()) events[type] = (events[type] ?? 0) + 1;
  return {
    orders: run.orders.length,
    approved: answers.filter(({ word }) => word === 'APPROVED').length,
    declined: answers.filter(({ word }) => word === 'declined').length,
    refused: answers.filter(({ word }) => word === 'PAYMENT-400-001').length,
    events,
    redelivered: records.events.length - distinct.size,
    chargedKrw: records.ledger.reduce((sum, { kind, amount }) => sum + (kind === 'charge' ? amount : -amount), 0),
    commitToKafkaMs: percentiles(records.events.map(({ latencyMs }) => latencyMs)),
    seconds: run.seconds,
    disagreements: run.disagreements.map(({ orderId, what }) => ({ orderId: orderId?.toString() ?? null, what })),
  };
}

/** The report as a table for people. */
export function printedReport(report: DemoReport): string {
  const rows: [string, string | number][] = [
    ['orders', report.orders],
    ['approved', report.approved],
    ['declined', report.declined],
    ['refused', report.refused],
    ...Object.entries(report.events).map(([type, count]): [string, number] => [`event ${type}`, count]),
    ['redelivered events', report.redelivered],
    ['charged', `${report.chargedKrw.toLocaleString('en-US')} KRW`],
    ['commit to Kafka p50', `${report.commitToKafkaMs.p50} ms`],
    ['commit to Kafka p99', `${report.commitToKafkaMs.p99} ms`],
    ['time', `${report.seconds.toFixed(1)} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(14)}`).join('\n');
  if (report.disagreements.length === 0)
    return `${table}\n\n  ledger, database, topics and HTTP answers agree on every order`;
  const faults = report.disagreements.map(
    ({ orderId, what }) => `  ${orderId === null ? '' : `order ${orderId}: `}${what}`,
  );
  return `${table}\n\n${report.disagreements.length} disagreements:\n${faults.join('\n')}`;
}

export function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
