import { randomUUID } from 'node:crypto';
import {
  newOrderEvent,
  type OrderEvent,
  type OrderPlacedEvent,
  partitionKeyOf,
  serializeOrderEvent,
  topicOf,
} from '@koosco/payment-contracts';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PlannedOrder } from './order-plan';

const ORDERS_PER_SEND = 200;
const RETRY_DELAY_MS = 500;

/** Speaks as order-service does: with the contracts package, at least once, in whatever state the broker is. */
export class OrderService {
  readonly #kafka: Kafka;

  constructor(
    bootstrapServers: string,
    private readonly signal: AbortSignal,
  ) {
    this.#kafka = new Kafka({
      clientId: 'order-service',
      brokers: bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
      retry: { retries: 2 },
    });
  }

  /** In chunks; of orders that are cancelled before they are placed, the end is told before the beginning. */
  async place(orders: readonly PlannedOrder[]): Promise<void> {
    for (let from = 0; from < orders.length; from += ORDERS_PER_SEND) {
      const chunk = orders.slice(from, from + ORDERS_PER_SEND);
      const early = chunk.filter(
        ({ ending }) => ending?.kind === 'order cancelled' && ending.when === 'before it is placed',
      );
      for (const { orderId } of early) await this.cancel(orderId);
      await this.#send(chunk.flatMap(eventsOf));
    }
  }

  async cancel(orderId: bigint): Promise<void> {
    const data = { orderId, reason: 'USER_REQUEST', correlationId: `order-${orderId}` };
    await this.#send([newOrderEvent('order.cancelled', { id: randomUUID(), time: new Date(), data })]);
  }

  /** Twice, as at least once may be. */
  async requestRefund(orderId: bigint, refundAmount: bigint): Promise<void> {
    const data = { orderId, refundAmount, reason: '반품', correlationId: `order-${orderId}` };
    const event = newOrderEvent('order.refund.requested', { id: randomUUID(), time: new Date(), data });
    await this.#send([event, event]);
  }

  /** Sent again as a whole until all are stored. @throws TypeError when one does not keep its contract: no retry mends that. */
  async #send(events: readonly OrderEvent[]): Promise<void> {
    const topicMessages = [...new Set(events.map(topicOf))].map((topic) => ({
      topic,
      messages: events
        .filter((event) => topicOf(event) === topic)
        .map((event) => ({ key: partitionKeyOf(event), value: serializeOrderEvent(event) })),
    }));
    for (;;) {
      this.signal.throwIfAborted();
      const producer = this.#kafka.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
      });
      try {
        await producer.connect();
        await producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch {
        // The broker is away for a moment. Sending all of them again is what at-least-once means.
        await sleep(RETRY_DELAY_MS);
      } finally {
        await producer.disconnect().catch(() => undefined);
      }
    }
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
