import { describe, expect, it } from '@jest/globals';
import { type DemoReport } from './demo-report';
import { printedReport } from './printed-report';

const plain = (_style: string, text: string) => text;

const report: DemoReport = {
  orders: 40,
  approved: 33,
  declined: 4,
  refused: 2,
  events: { 'payment.created': 40, 'payment.completed': 34, 'payment.failed': 4 },
  redelivered: 1,
  chargedKrw: 39_450,
  refundedKrw: 9_450,
  commitToKafkaMs: { p50: 9, p99: 31 },
  seconds: 4.25,
  tried: {
    duplicateEvents: { orders: 5, payments: 5 },
    secondEvents: { orders: 3, payments: 3 },
    repeatedConfirms: { orders: 12, sameAnswer: 12 },
    wrongAmounts: { orders: 2, refused: 2, charges: 0 },
    declinedCards: { orders: 4, declined: 4, charges: 0 },
    nothingToPay: { orders: 1, approved: 1, charges: 0 },
    cancels: { orders: 4, refunded: 4 },
    returns: { orders: 3, refunded: 3 },
    cancelledOrders: { orders: 4, called: 3, chargedKrw: 0 },
    idsAbove2To53: { orders: 4, payments: 4 },
    restarts: {},
  },
  disagreements: [],
};

describe('the printed report', () => {
  it('names what was tried and what came of it', () => {
    const text = printedReport(report, plain);
    expect(text).toMatch(/^ {2}5 order events delivered twice +5 payments$/m);
    expect(text).toMatch(/^ {2}3 orders again under another event id +3 payments$/m);
    expect(text).toMatch(/^ {2}12 confirms repeated +12 answered as the first time$/m);
    expect(text).toMatch(/^ {2}2 confirms over a wrong amount +2 refused, 0 charged$/m);
    expect(text).toMatch(/^ {2}4 cards declined by Toss +4 told so, 0 charged$/m);
    expect(text).toMatch(/^ {2}1 order of 0 won +1 approved, 0 charged$/m);
    expect(text).toMatch(/^ {2}4 payments cancelled by the buyer +4 given back$/m);
    expect(text).toMatch(/^ {2}4 orders cancelled at some moment +3 cancelled, 0 KRW stay charged$/m);
    expect(text).toMatch(/^ {2}0 processes killed +none was/m);
    expect(text).toMatch(/agree on every order$/);
  });

  it('names what was killed, and how often', () => {
    const tried = { ...report.tried, restarts: { 'order-consumer': 1, kafka: 2 } };
    expect(printedReport({ ...report, tried }, plain)).toMatch(
      /^ {2}3 processes killed +started again: order-consumer, kafka 2 times$/m,
    );
  });

  it('shows each disagreement instead, in colours only where it is given some', () => {
    const disagreements = [
      { orderId: '7', what: 'the database has no payment' },
      { orderId: null, what: 'outbox row 3 was never published' },
    ];
    const text = printedReport({ ...report, disagreements }, plain);
    expect(text).toMatch(/2 disagreements:\n {2}order 7: the database has no payment\n {2}outbox row 3 was/);
    expect(text).not.toContain('agree on every order');
    expect(printedReport(report, (style, text) => `<${style}>${text}`)).toContain('<green>ledger');
  });
});
