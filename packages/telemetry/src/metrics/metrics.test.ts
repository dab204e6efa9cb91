import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics';

const PAYMENT_CREATED = { name: 'payment_created_total', help: 'Payments created from orders' };
const PAYMENT_APPROVED = { name: 'payment_approved_total', help: 'Payments approved' };
const KAFKA_CONSUMER_RECORDS_CONSUMED = {
  name: 'kafka_consumer_records_consumed_total',
  help: 'Records consumed',
  labelNames: ['topic'],
} as const;
const IDEMPOTENCY_DUPLICATE_PREVENTED = {
  name: 'idempotency_duplicate_prevented_total',
  help: 'Repetitions',
  labelNames: ['action'],
} as const;

describe('Metrics', () => {
  it('exposes the names of the dashboards with the service label', async () => {
    const metrics = new Metrics('order-consumer');
    metrics.counter(PAYMENT_CREATED).inc(2);
    metrics.counter(PAYMENT_APPROVED);
    metrics.counter(KAFKA_CONSUMER_RECORDS_CONSUMED).inc({ topic: 'orders' });
    metrics.counter(IDEMPOTENCY_DUPLICATE_PREVENTED).inc({ action: 'CREATE' });

    const samples = (await metrics.registry.metrics()).split('\n');
    expect(samples).toEqual(
      expect.arrayContaining([
        'payment_created_total{service="order-consumer"} 2',
        'payment_approved_total{service="order-consumer"} 0',
        'kafka_consumer_records_consumed_total{topic="orders",service="order-consumer"} 1',
        'idempotency_duplicate_prevented_total{action="CREATE",service="order-consumer"} 1',
        expect.stringMatching(/^process_resident_memory_bytes\{/),
        expect.stringMatching(/^nodejs_eventloop_lag_seconds\{/),
      ]),
    );
  });

  it('shows what a counter may count before it happens', async () => {
    const metrics = new Metrics('confirm-api');
    metrics.counter({ name: 'confirms', help: 'h', labelNames: ['outcome'] }, [{ outcome: 'unknown' }]);
    expect(await metrics.registry.metrics()).toContain('confirms{outcome="unknown",service="confirm-api"} 0');
  });

  it('asks a gauge for its value at each scrape', async () => {
    const metrics = new Metrics('outbox-relay');
    let pending = 3;
    metrics.gauge({ name: 'outbox_pending', help: 'Rows not yet published' }, () => pending);
    expect(await metrics.registry.metrics()).toContain('outbox_pending{service="outbox-relay"} 3');
    pending = 4;
    expect(await metrics.registry.metrics()).toContain('outbox_pending{service="outbox-relay"} 4');
  });

  it('asks a gauge for the label sets that there are at each scrape, and forgets those that are gone', async () => {
    const metrics = new Metrics('order-consumer');
    let lags = [7, 0];
    metrics.gauge({ name: 'lag', help: 'h', labelNames: ['partition'] }, () =>
      lags.map((value, partition) => ({ labels: { partition }, value })),
    );
    const shown = async () => (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('lag{'));
    expect(await shown()).toEqual([
      'lag{partition="0",service="order-consumer"} 7',
      'lag{partition="1",service="order-consumer"} 0',
    ]);
    lags = [3];
    expect(await shown()).toEqual(['lag{partition="0",service="order-consumer"} 3']);
  });

  it('sorts observations into the declared buckets', async () => {
    const metrics = new Metrics('confirm-api');
    const histogram = metrics.histogram({
      name: 'confirm_seconds',
      help: 'h',
      labelNames: ['outcome'],
      buckets: [0.1, 1],
    });
    histogram.observe({ outcome: 'approved' }, 0.5);
    expect(await metrics.registry.metrics()).toMatch(/confirm_seconds_bucket\{le="0.1",.*\} 0\n.*\{le="1",.*\} 1\n/);
  });

  it('refuses the same name twice, and shares nothing with the metrics of another worker', () => {
    const metrics = new Metrics('a');
    metrics.counter(PAYMENT_CREATED);
    expect(() => metrics.counter(PAYMENT_CREATED)).toThrow(/already been registered/);
    expect(() => new Metrics('b').counter(PAYMENT_CREATED)).not.toThrow();
  });
});
