import { type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { shopApp } from './adapters/http/shop-app';
import { EventListener } from './adapters/kafka/event-listener';
import { OrderEventPublisher } from './adapters/kafka/order-event-publisher';
import { quietKafka } from './adapters/kafka/quiet-kafka';
import { openTopicSizes } from './adapters/kafka/topic-sizes';
import { OrderWatch } from './behind/order-watch';
import { SystemWatch } from './behind/system-watch';
import { Breakages } from './breaking/breakages';
import { OrderBook } from './order-service/order-book';
import { OrderService } from './order-service/order-service';
import { type Surroundings } from './surroundings';

export interface DemoShop {
  readonly url: string;
  close(): Promise<void>;
}

/** Who buys here, and whose orders `npm run order` places. */
const BUYER = 1n;

/** Serves the shop on 127.0.0.1 and resolves once it listens. For development only: it asks nobody who they are. */
export async function startDemoShop(surroundings: Surroundings, port: number): Promise<DemoShop> {
  const ending = new AbortController();
  const kafka = quietKafka(surroundings.bootstrapServers);
  const publisher = new OrderEventPublisher(kafka, ending.signal);
  const book = new OrderBook();
  const orders = new OrderService(book, publisher);
  const listener = EventListener.start(
    kafka,
    { onPayment: (message) => orders.paymentHeard(message), onOrder: (message) => orders.orderHeard(message) },
    ending.signal,
  );
  const orderWatch = new OrderWatch(surroundings, book);
  const systemWatch = new SystemWatch(surroundings, () => openTopicSizes(kafka));
  const breakages = new Breakages({
    ...{ surroundings, book, orders, orderWatch, watch: systemWatch, buyerId: BUYER, signal: ending.signal },
    poison: (topic, value) => publisher.publishRaw(topic, value),
  });
  const parts = { surroundings, book, orders, buyerId: BUYER, orderWatch, systemWatch, breakages };
  const server = createServer(shopApp(parts));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      ending.abort();
      server.close();
      server.closeAllConnections();
      await Promise.all([listener.close(), publisher.close(), orderWatch.close(), systemWatch.close()]);
    },
  };
}
