import { type AlertGroup } from './alert';
import { anyOf } from './shares';

export const orderAlerts: AlertGroup = {
  name: 'orders',
  alerts: [
    {
      name: 'OrdersWaiting',
      severity: 'page',
      expr: (timing) => `max by (topic) (kafka_consumer_partition_oldest_record_age_seconds) > ${timing.age('2m')}`,
      // A rebalance and a database that fails over take less.
      lasting: '1m',
      summary:
        'A record of {{ $labels.topic }} has waited for {{ $value | humanizeDuration }}: its buyer cannot pay yet.',
    },
    {
      name: 'OrderPartitionStuck',
      severity: 'page',
      expr: (timing) => `max by (topic, partition) (kafka_consumer_partition_stuck_seconds) > ${timing.age('2m')}`,
      lasting: '1m',
      summary:
        '{{ $labels.topic }}[{{ $labels.partition }}] has been at one batch for {{ $value | humanizeDuration }}.',
    },
    {
      name: 'OrderRecordsParked',
      severity: 'ticket',
      expr: (timing) => anyOf('kafka_consumer_records_parked_total', ['topic'], '10m', timing),
      summary: 'Records of {{ $labels.topic }} were parked as dead letters.',
    },
    {
      name: 'OrderConflicts',
      severity: 'ticket',
      expr: (timing) => anyOf('kafka_consumer_order_conflicts_total', ['topic', 'differs'], '10m', timing),
      summary: 'An event of {{ $labels.topic }} contradicts the payment of its order ({{ $labels.differs }}).',
    },
  ],
};
