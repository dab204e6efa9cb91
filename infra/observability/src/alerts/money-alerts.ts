import { type AlertGroup } from './alert';
import { anyOf, moreThan } from './shares';

export const moneyAlerts: AlertGroup = {
  name: 'money',
  alerts: [
    {
      name: 'PaymentUnexplainedWon',
      severity: 'page',
      expr: () => 'max(payment_unexplained_won) > 0',
      // The audit leaves out what is under way. A minute, so that one scrape of a relay that goes away wakes nobody.
      lasting: '1m',
      summary:
        '{{ $value }} won of the last hour are explained by nobody: Toss, the database and the history disagree.',
    },
    {
      name: 'PaymentAttemptUnclear',
      severity: 'page',
      // An answer 500 that was not processed is unclear until the payment window is over, 10 minutes: that is no alarm.
      expr: (timing) => `max(payment_attempts_oldest_unclear_seconds) > ${timing.age('15m')}`,
      lasting: '1m',
      summary: 'For {{ $value | humanizeDuration }} nobody has known whether a buyer was charged.',
    },
    {
      name: 'PaymentUnappliedChargesStay',
      severity: 'page',
      expr: (timing) =>
        'max(payment_unapplied_charges) > 0 and ' +
        `max(payment_unapplied_charges) >= max(payment_unapplied_charges offset ${timing.span('3m')})`,
      // A refund takes a second; one that Toss answered with 429 or 500 is tried again for some minutes.
      lasting: '5m',
      summary: '{{ $value }} charges that no payment could take are not going back to their buyers.',
    },
    {
      name: 'PaymentRefundOpen',
      severity: 'page',
      // Answers 500 under both keys are unclear for a quarter of an hour by design.
      expr: (timing) => `max(payment_refunds_oldest_open_seconds) > ${timing.age('20m')}`,
      lasting: '1m',
      summary: 'A refund has been open for {{ $value | humanizeDuration }}.',
    },
    {
      name: 'PaymentRefundRefused',
      severity: 'ticket',
      expr: (timing) => anyOf('payment_refunds_looked_after_total{outcome="refused"}', ['origin'], '10m', timing),
      summary:
        'Toss refused for good a refund that an event asked for ({{ $labels.origin }}): somebody owes a buyer money.',
    },
    {
      name: 'PaymentHintDiffers',
      severity: 'page',
      expr: (timing) => anyOf('payment_hints_followed_total{result="differs"}', [], '10m', timing),
      summary: 'More went back at Toss than a payment has left.',
    },
    {
      name: 'PaymentConfirmsNotCharged',
      severity: 'page',
      expr: (timing) =>
        moreThan(
          {
            bad: 'payment_confirm_total{outcome="not-charged"}',
            ...{ all: 'payment_confirm_total', share: 0.1, least: 5 },
          },
          '5m',
          timing,
        ),
      // One hiccup of a card network is over by then; a buyer who is told to try again does so once or twice.
      lasting: '2m',
      summary: '{{ $value | humanizePercentage }} of the confirms charge nothing, through no fault of their buyers.',
    },
    {
      name: 'PaymentConfirmsUnknown',
      severity: 'page',
      expr: (timing) =>
        moreThan(
          {
            bad: 'payment_confirm_total{outcome=~"unknown|failed"}',
            ...{ all: 'payment_confirm_total', share: 0.1, least: 5 },
          },
          '5m',
          timing,
        ),
      lasting: '2m',
      summary: '{{ $value | humanizePercentage }} of the confirms are answered "unknown" or fail.',
    },
    {
      name: 'PaymentBooksUnread',
      severity: 'ticket',
      // Read once a minute: without them, what no webhook told is not found out.
      expr: (timing) => `min(payment_books_unread_seconds) > ${timing.age('10m')}`,
      lasting: '1m',
      summary: "Toss's list of transactions has not been read for {{ $value | humanizeDuration }}.",
    },
  ],
};
