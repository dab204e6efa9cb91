import { type AlertGroup } from './alert';
import { anyOf } from './shares';

export const outboxAlerts: AlertGroup = {
  name: 'outbox',
  alerts: [
    {
      name: 'OutboxCanaryOld',
      severity: 'page',
      // One is sent every 5 s and takes a second; a connector that is restarted, or begins anew, takes half a minute.
      expr: (timing) => `min(payment_outbox_canary_age_seconds) > ${timing.age('1m')}`,
      lasting: '1m',
      summary: 'What was committed in the last {{ $value | humanizeDuration }} may not have reached Kafka.',
    },
    {
      name: 'OutboxPendingOld',
      severity: 'page',
      expr: (timing) => `min(payment_outbox_oldest_pending_seconds) > ${timing.age('3m')}`,
      lasting: '1m',
      summary: 'An event has waited in the outbox for {{ $value | humanizeDuration }}.',
    },
    {
      name: 'OutboxConnectorFailing',
      severity: 'ticket',
      // Looked at every few seconds. Whether events suffer is for the canary to say, which pages.
      expr: (timing) =>
        `sum(increase(payment_outbox_connector_checks_total{result=~"failed|restarted|stuck"}[${timing.span('5m')}])) > 2`,
      lasting: '2m',
      summary: 'The Debezium connector, or Kafka Connect, has to be helped again and again.',
    },
    {
      name: 'OutboxConnectorBegunAnew',
      severity: 'ticket',
      expr: (timing) => anyOf('payment_outbox_connector_checks_total{result="begun_anew"}', [], '10m', timing),
      summary: 'The connector had lost its place and began anew; what it had missed was sent again.',
    },
    {
      name: 'OutboxForeignRecords',
      severity: 'ticket',
      expr: (timing) => anyOf('payment_outbox_foreign_records_total', ['topic', 'reason'], '10m', timing),
      summary: '{{ $labels.topic }} holds records that are no event of ours ({{ $labels.reason }}).',
    },
  ],
};
