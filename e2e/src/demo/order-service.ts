import { randomUUID } from 'node:crypto';
import {
  newOrderEvent,
  type OrderPlacedEvent,
  partitionKeyOf,
  serializeOrderEvent,
  topics,
} from '@koosco/payment-contracts';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PlannedOrder } from './order-plan';

const ORDERS_PER_SEND = 200;
const RETRY_DELAY_MS = 500;

/** Places orders as order-service does: with the contracts package, at least once, in whatever state the broker is. */
export async function placeOrders(
  bootstrapServers: string,
  orders: readonly PlannedOrder[],
  signal: AbortSignal,
): Promise<void> {
  const kafka = new Kafka({
    clientId: 'order-service',
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 2 },
  });
  for (let from = 0; from < orders.length; from += ORDERS_PER_SEND) {
    const events = orders.slice(from, from + ORDERS_PER_SEND).flatMap(eventsOf);
    await untilStored(kafka, events, signal);
  }
}

/** The event that places an order, with a fresh id. */
export function orderPlacedEvent({
  orderId,
  userId,
  amount,
}: Pick<PlannedOrder, 'orderId' | 'userId' | 'amount'>): OrderPlacedEvent {
  return newOrderEvent('order.placed', {
    id: randomUUID(),
    time: new Date(),
    data: {
      orderId,
      userId,
      payableAmount: amount,
      items: [{ skuId: 'SKU-1', quantity: 1 }],
      correlationId: `order-${orderId}`,
    },
  });
}

function eventsOf(order: PlannedOrder): readonly OrderPlacedEvent[] {
  const event = orderPlacedEvent(order);
  return [event, ...(order.sendsEventTwice ? [event] : []), ...(order.hasSecondEvent ? [orderPlacedEvent(order)] : [])];
}

/** @throws TypeError when an event does not keep its contract: no retry mends that. */
async function untilStored(kafka: Kafka, events: readonly OrderPlacedEvent[], signal: AbortSignal): Promise<void> {
  const messages = events.map((event) => ({ key: partitionKeyOf(event), value: serializeOrderEvent(event) }));
  for (;;) {
    signal.throwIfAborted();
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    try {
      await producer.connect();
      await producer.send({ topic: topics['order.placed'], acks: -1, messages });
      return;
    } catch {
      // The broker is away for a moment. Sending all of them again is what at-least-once means.
      await sleep(RETRY_DELAY_MS);
    } finally {
      await producer.disconnect().catch(() => undefined);
    }
  }
}
