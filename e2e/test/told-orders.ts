import { SandboxControl } from '@koosco/toss-sandbox';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection } from 'mariadb';
import { Buyer } from '../src/demo/buyer';
import { type PlannedOrder } from '../src/demo/order-plan';
import { OrderService } from '../src/demo/order-service';
import { userToken } from '../src/demo/user-token';
import { type PaymentSystem } from '../src/system/payment-system';

/** What is bought where it does not matter; each order has an id of its own. */
export const shopping: PlannedOrder = {
  ...{ orderId: 0n, userId: 7n, amount: 15_000n, story: 'pays' },
  ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
};

export interface ToldOrder {
  /** Of its place in docs/operations/explain.md. */
  readonly title: string;
  readonly order: PlannedOrder;
  /** What its buyer does; pays unless told. */
  readonly happen?: (scene: Scene) => Promise<void>;
}

/** What a story needs of the world. */
class Scene {
  readonly toss: SandboxControl;
  readonly buyer: Buyer;

  constructor(
    readonly order: PlannedOrder,
    readonly token: string,
    readonly books: Connection,
    readonly orders: OrderService,
    system: PaymentSystem,
  ) {
    this.toss = new SandboxControl(system.sandboxUrl);
    this.buyer = new Buyer(system.apiUrl, system.sandboxUrl, new AbortController().signal);
  }

  get pgOrderId(): string {
    return `ord-${String(this.order.orderId).padStart(19, '0')}`;
  }

  async window(): Promise<string> {
    return this.buyer.authenticate(this.order, await this.buyer.checkout(this.order, this.token));
  }

  /** @returns the status of the answer. */
  async confirm(paymentKey: string): Promise<number> {
    return (await this.buyer.confirmOnce(this.order, this.token, paymentKey)).status;
  }
}

export const toldOrders: readonly ToldOrder[] = [
  { title: 'paid', order: { ...shopping, orderId: 90_405n } },
  {
    title: 'paid, a part cancelled',
    order: { ...shopping, orderId: 90_401n, ending: { kind: 'cancels', krw: 3_000n } },
  },
  { title: 'declined', order: { ...shopping, orderId: 90_402n, story: 'is declined' } },
  { title: 'a wrong amount', order: { ...shopping, orderId: 90_406n, story: 'pays a wrong amount' } },
  {
    title: 'paid twice',
    order: { ...shopping, orderId: 90_407n },
    async happen(scene) {
      // Both windows were open before either was paid.
      const [first, second] = [await scene.window(), await scene.window()];
      await scene.confirm(first);
      await scene.confirm(second);
    },
  },
  {
    title: 'an answer that was lost',
    order: { ...shopping, orderId: 90_408n },
    async happen(scene) {
      const paymentKey = await scene.window();
      await scene.toss.addFault({ route: 'confirm', paymentKey, times: 1, fault: { kind: 'drop-response' } });
      await scene.confirm(paymentKey);
    },
  },
  {
    title: 'cancelled while it was paid',
    order: { ...shopping, orderId: 90_409n },
    async happen(scene) {
      const paymentKey = await scene.window();
      const fault = { kind: 'hold', stage: 'before' } as const;
      const held = await scene.toss.addFault({ route: 'confirm', paymentKey, times: 1, fault });
      const confirmed = scene.confirm(paymentKey);
      const thereIs = async (which: string) =>
        (await scene.books.query<unknown[]>(`SELECT 1 FROM ${which} AND order_id = ?`, [scene.order.orderId])).length >
        0;
      while (!(await thereIs('payment_attempt WHERE TRUE'))) await sleep(20);
      await scene.orders.cancel(scene.order.orderId);
      while (!(await thereIs('payment WHERE order_cancelled_at IS NOT NULL'))) await sleep(20);
      await scene.toss.removeFault(held);
      await confirmed;
    },
  },
  {
    title: 'a virtual account',
    order: { ...shopping, orderId: 90_410n },
    async happen(scene) {
      const { clientKey, customerKey, orderName } = await scene.buyer.checkout(scene.order, scene.token);
      const window = {
        clientKey,
        customerKey,
        orderName,
        orderId: scene.pgOrderId,
        amount: Number(scene.order.amount),
      };
      const { paymentKey } = await scene.toss.authenticate({ ...window, method: 'VIRTUAL_ACCOUNT' });
      await scene.confirm(paymentKey);
    },
  },
  { title: 'nothing to pay', order: { ...shopping, orderId: 90_403n, amount: 0n, story: 'owes nothing' } },
  {
    title: 'cancelled before it was placed',
    order: { ...shopping, orderId: 90_404n, ending: { kind: 'order cancelled', when: 'before it is placed' } },
  },
  {
    title: 'expired',
    order: { ...shopping, orderId: 90_411n },
    async happen(scene) {
      await scene.buyer.checkout(scene.order, scene.token);
      // The relay of this system lets orders wait for an hour.
      await scene.books.query('UPDATE payment SET created_at = created_at - INTERVAL 2 HOUR WHERE order_id = ?', [
        scene.order.orderId,
      ]);
    },
  },
];

/** Lets all of it happen, side by side. */
export async function tell(system: PaymentSystem, books: Connection): Promise<void> {
  const { bootstrapServers } = system.infrastructure.kafka;
  const orders = new OrderService(bootstrapServers, new AbortController().signal);
  await orders.place(toldOrders.map(({ order }) => order));
  await Promise.all(
    toldOrders.map(async ({ order, happen }) => {
      const scene = new Scene(order, await userToken(order.userId), books, orders, system);
      if (happen === undefined) await scene.buyer.pay(order);
      else await happen(scene);
    }),
  );
}
