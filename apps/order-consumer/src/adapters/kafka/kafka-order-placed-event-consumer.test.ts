import { type CreatePaymentCommand, CreatePaymentUseCase } from '@koosco/payment-application';
import { InMemoryDatabase, SequentialIds } from '@koosco/payment-application/testing';
import { type KafkaRecord } from '@koosco/payment-kafka';
import { Metrics } from '@koosco/payment-telemetry';
import { systemClock } from '@koosco/payment-worker';
import { describe, expect, it } from '@jest/globals';
import { nextOrderId, orderPlaced, spoiled } from '../../../test/order-events';
import { silentLogger } from '../../../test/silent-logger';
import { ConsumerMetrics } from '../../watching/consumer-metrics';
import { type DeadLetter } from './dead-letter';
import { KafkaOrderPlacedEventConsumer } from './kafka-order-placed-event-consumer';
import { OrderEventBatches } from './order-event-batches';

function consumerWith({ failAt = Infinity, parking = () => Promise.resolve() } = {}) {
  const useCase = new CreatePaymentUseCase(new InMemoryDatabase().unitOfWork, systemClock, new SequentialIds(), 'test');
  const steps: string[] = [];
  const reasons: string[] = [];
  const metrics = new Metrics('test');
  const consumerMetrics = new ConsumerMetrics(metrics);
  const judge = new KafkaOrderPlacedEventConsumer(
    {
      execute: async (commands: readonly CreatePaymentCommand[]) => {
        if (steps.length >= failAt) throw new Error('the database is away');
        const results = await useCase.execute(commands);
        steps.push(`create ${commands.length}`);
        return results;
      },
    },
    consumerMetrics,
    silentLogger,
  );
  const consumer = new OrderEventBatches(
    new Map([['orders', judge]]),
    {
      park: async (_origin: unknown, letters: readonly DeadLetter[]) => {
        await parking();
        reasons.push(...letters.map(({ reason }) => reason));
        steps.push(`park ${letters.map(({ record }) => record.offset).join()}`);
      },
    },
    consumerMetrics,
    silentLogger,
  );
  const value = async (name: string) => {
    const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    return values.reduce((sum, sample) => sum + sample.value, 0);
  };
  const counts = async () => ({
    consumed: await value('kafka_consumer_records_consumed_total'),
    created: await value('payment_created_total'),
    duplicates: await value('idempotency_duplicate_prevented_total'),
    parked: await value('kafka_consumer_records_parked_total'),
    skipped: await value('kafka_consumer_records_skipped_total'),
    conflicts: await value('kafka_consumer_order_conflicts_total'),
  });
  return { consumer, steps, reasons, counts };
}

function batchOf(...values: (string | null)[]) {
  const records = values.map((value, offset) => ({
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: {},
    timestamp: '0',
    attributes: 0,
    offset: String(offset),
  })) as KafkaRecord[];
  return { topic: 'orders', partition: 0, records };
}

describe('OrderEventBatches of placed orders', () => {
  it('creates first and parks then, and counts what became of each record', async () => {
    const { consumer, steps, counts } = consumerWith();
    const order = orderPlaced();
    await consumer.handle(batchOf(order, null, spoiled({ envelope: { type: 'order.shipped' } }), order, '{'));
    expect(steps).toEqual(['create 2', 'park 1,4']);
    expect(await counts()).toEqual({ consumed: 5, created: 1, duplicates: 1, parked: 2, skipped: 1, conflicts: 0 });
  });

  it('splits a large batch into transactions of 500 orders', async () => {
    const { consumer, steps } = consumerWith();
    await consumer.handle(batchOf(...Array.from({ length: 1_001 }, () => orderPlaced())));
    expect(steps).toEqual(['create 500', 'create 500', 'create 1', 'park ']);
  });

  it('parks nothing while the orders of the batch cannot be stored', async () => {
    const { consumer, steps } = consumerWith({ failAt: 0 });
    await expect(consumer.handle(batchOf(orderPlaced(), null))).rejects.toThrow('the database is away');
    expect(steps).toEqual([]);
  });

  it('parks an order that contradicts its payment, in the batch of the payment or a later one, each time it comes', async () => {
    const { consumer, steps, reasons, counts } = consumerWith();
    const orderId = nextOrderId();
    const [order, dearer] = [orderPlaced({ orderId }), orderPlaced({ orderId, payableAmount: 10_001n })];
    await consumer.handle(batchOf(order, dearer, order, orderPlaced({ orderId, userId: 8n })));
    // After a kill the same records come again: their event ids are known by now.
    await consumer.handle(batchOf(dearer));
    expect(steps).toEqual(['create 4', 'park 1,3', 'create 1', 'park 0']);
    const amount = 'data.payableAmount is not the amount of the payment that this order has';
    expect(reasons).toEqual([amount, 'data.userId is not the user of the payment that this order has', amount]);
    expect(await counts()).toEqual({ consumed: 5, created: 1, duplicates: 1, parked: 3, skipped: 0, conflicts: 3 });
  });

  it('counts payments of a batch that fails behind them, and makes nothing twice when it is given again', async () => {
    let isAway = true;
    const parking = () => (isAway ? Promise.reject(new Error('the broker is away')) : Promise.resolve());
    const { consumer, steps, counts } = consumerWith({ parking });
    const batch = batchOf(orderPlaced(), null);
    await expect(consumer.handle(batch)).rejects.toThrow('the broker is away');
    expect(await counts()).toMatchObject({ created: 1, consumed: 0, parked: 0 });
    isAway = false;
    await consumer.handle(batch);
    expect(steps).toEqual(['create 1', 'park 1']);
    expect(await counts()).toMatchObject({ created: 1, duplicates: 0, consumed: 2, parked: 1 });
  });
});
