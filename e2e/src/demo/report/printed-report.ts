import { type DemoReport, type Tried } from './demo-report';

type Row = readonly [name: string, value: string | number];
/** Colours a text, or leaves it. */
type Styled = (style: 'bold' | 'green' | 'red', text: string) => string;

/** The report for people: what was counted, what was tried and what came of it, and whether all agree. */
export function printedReport(report: DemoReport, styled: Styled): string {
  const counted: Row[] = [
    ['orders', report.orders],
    ['approved', report.approved],
    ['declined', report.declined],
    ['refused', report.refused],
    ...Object.entries(report.events).map(([type, count]): Row => [`event ${type}`, count]),
    ['redelivered events', report.redelivered],
    ['charged', `${report.chargedKrw.toLocaleString('en-US')} KRW`],
    ['given back', `${report.refundedKrw.toLocaleString('en-US')} KRW`],
    ['commit to Kafka p50', `${report.commitToKafkaMs.p50} ms`],
    ['commit to Kafka p99', `${report.commitToKafkaMs.p99} ms`],
    ['time', `${report.seconds.toFixed(1)} s`],
  ];
  const tried = rowsOf(report.tried).map(([what, came]) => `${what.padEnd(46)}  ${came}`);
  const parts = [table(counted), `${styled('bold', 'Tried, and what came of it')}\n  ${tried.join('\n  ')}`];
  if (report.disagreements.length === 0) {
    parts.push(`  ${styled('green', 'ledger, database, topics and HTTP answers agree on every order')}`);
  } else {
    const faults = report.disagreements.map(
      ({ orderId, what }) => `  ${orderId === null ? '' : `order ${orderId}: `}${what}`,
    );
    parts.push(`${styled('red', `${report.disagreements.length} disagreements:`)}\n${faults.join('\n')}`);
  }
  return parts.join('\n\n');
}

function rowsOf(tried: Tried): (readonly [what: string, came: string])[] {
  const { duplicateEvents, secondEvents, repeatedConfirms, wrongAmounts, declinedCards, nothingToPay } = tried;
  const { cancels, returns, cancelledOrders } = tried;
  const kills = Object.entries(tried.restarts);
  const killed = kills.reduce((sum, [, count]) => sum + count, 0);
  const names = kills.map(([name, count]) => (count === 1 ? name : `${name} ${count} times`)).join(', ');
  const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  return [
    [`${many(duplicateEvents.orders, 'order event')} delivered twice`, many(duplicateEvents.payments, 'payment')],
    [`${many(secondEvents.orders, 'order')} again under another event id`, many(secondEvents.payments, 'payment')],
    [
      `${many(repeatedConfirms.orders, 'confirm')} repeated`,
      `${repeatedConfirms.sameAnswer} answered as the first time`,
    ],
    [
      `${many(wrongAmounts.orders, 'confirm')} over a wrong amount`,
      `${wrongAmounts.refused} refused, ${wrongAmounts.charges} charged`,
    ],
    [
      `${many(declinedCards.orders, 'card')} declined by Toss`,
      `${declinedCards.declined} told so, ${declinedCards.charges} charged`,
    ],
    [
      `${many(nothingToPay.orders, 'order')} of 0 won`,
      `${nothingToPay.approved} approved, ${nothingToPay.charges} charged`,
    ],
    [`${many(cancels.orders, 'payment')} cancelled by the buyer`, `${cancels.refunded} given back`],
    [`${many(returns.orders, 'refund')} requested by order-service`, `${returns.refunded} given back`],
    [
      `${many(cancelledOrders.orders, 'order')} cancelled at some moment`,
      `${cancelledOrders.called} cancelled, ${cancelledOrders.chargedKrw} KRW stay charged`,
    ],
    [`${many(tried.idsAbove2To53.orders, 'order id')} above 2^53`, many(tried.idsAbove2To53.payments, 'payment')],
    [
      `${killed} process${killed === 1 ? '' : 'es'} killed`,
      killed === 0 ? 'none was (kill some of those named above)' : `started again: ${names}`,
    ],
  ];
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(14)}`).join('\n');
}
