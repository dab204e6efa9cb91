import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill, type DrillGroup } from './drill';
import { type DrillScene, goOn, until } from './drill-scene';

const health = () => ['health'];
const outbox = () => ['outbox', 'status'];
const connector = () => ['connector', 'status'];
const order = (name: string) => (scene: DrillScene) => Promise.resolve({ '<order>': String(scene.orderOf(name)) });

/** They take longest, so they begin first and go on beside the others. */
export const longDrills: readonly Drill[] = [
  {
    alerts: ['PaymentAttemptUnclear'],
    cause: 'the bodies of all answers about one payment are cut, look-ups too',
    prepare: async (scene) => (await scene.buyer('unclear')).authenticate(),
    begin: async (scene) => {
      const buyer = await scene.buyer('unclear');
      await buyer.suffer({ route: 'confirm', fault: { kind: 'cut-body' } });
      await buyer.suffer({ route: 'get-payment', fault: { kind: 'cut-body' } });
      await buyer.confirm();
    },
    end: async (scene) => (await scene.buyer('unclear')).recover(),
    look: (scene) => ['resolve', String(scene.orderOf('unclear'))],
    filledIn: async (scene) => ({ '<attempt>': await scene.attemptOf('unclear') }),
  },
  {
    alerts: ['PaymentRefundOpen'],
    cause: 'the bodies of all answers about one refund are cut, look-ups too',
    prepare: async (scene) => (await scene.buyer('refund')).pay(),
    begin: async (scene) => {
      const buyer = await scene.buyer('refund');
      await buyer.suffer({ route: 'cancel', fault: { kind: 'cut-body' } });
      await buyer.suffer({ route: 'get-payment', fault: { kind: 'cut-body' } });
      await buyer.cancel();
    },
    end: async (scene) => (await scene.buyer('refund')).recover(),
    look: (scene) => ['explain', String(scene.orderOf('refund'))],
  },
  {
    alerts: ['WorkerMemoryHigh'],
    cause: 'order-consumer takes 400 MB and gives none of it back, until it is started again',
    begin: (scene) => {
      process.kill(scene.process('order-consumer').pid!, 'SIGUSR2');
      return Promise.resolve();
    },
    end: async (scene) => {
      await scene.process('order-consumer').stop();
      await scene.process('order-consumer').start();
    },
    look: health,
  },
];

const unlucky = ['unknown 1', 'unknown 2', 'unknown 3', 'unknown 4', 'unknown 5', 'unknown 6'];
const SLOW_BUYERS = 60;
const slowBuyer = (index: number) => `slow ${index}`;

export const drillGroups: readonly DrillGroup[] = [
  {
    title: 'payments, orders and Connect',
    drills: [
      {
        alerts: ['PaymentUnexplainedWon'],
        cause: 'somebody changes the amount of a payment in the database',
        prepare: async (scene) => (await scene.buyer('tampered')).pay(),
        begin: (scene) =>
          scene.sql(
            // An audit leaves out the last two minutes; nobody waits for them here.
            `UPDATE payment SET amount = amount + 1000, created_at = created_at - INTERVAL 3 MINUTE
             WHERE order_id = ${scene.orderOf('tampered')}`,
          ),
        end: (scene) =>
          scene.sql(`UPDATE payment SET amount = amount - 1000 WHERE order_id = ${scene.orderOf('tampered')}`),
        look: () => ['audit', '--from', '1h', '--without-topics'],
        filledIn: order('tampered'),
      },
      {
        alerts: ['PaymentUnappliedChargesStay'],
        cause: 'Toss charges another amount, and answers 429 to each cancel of it',
        prepare: async (scene) => (await scene.buyer('mischarged')).authenticate({}, 14_000),
        begin: async (scene) => {
          const buyer = await scene.buyer('mischarged');
          await buyer.suffer({ route: 'confirm', fault: { kind: 'ignore-amount' } });
          await buyer.suffer({ route: 'cancel', fault: { kind: 'too-many-requests' } });
          await buyer.confirm();
        },
        end: async (scene) => (await scene.buyer('mischarged')).recover(),
        look: (scene) => ['explain', String(scene.orderOf('mischarged'))],
      },
      {
        alerts: ['PaymentRefundRefused'],
        cause: 'a refund of a virtual account is asked for by an event, which names no account to give back to',
        prepare: async (scene) => {
          const buyer = await scene.buyer('deposit');
          await buyer.authenticate({ method: 'VIRTUAL_ACCOUNT' });
          await buyer.confirm();
          await buyer.deposit();
          await until(async () => (await buyer.end()) === 'APPROVED', 'a deposit is known');
        },
        begin: (scene) => scene.orders.requestRefund(scene.orderOf('deposit'), 5_000n),
        look: (scene) => ['explain', String(scene.orderOf('deposit'))],
      },
      {
        alerts: ['PaymentHintDiffers'],
        cause: "somebody refunds in Toss's admin what our records say went back before",
        prepare: async (scene) => (await scene.buyer('differs')).pay(),
        begin: async (scene) => {
          const { orderId, paymentKey } = await scene.buyer('differs');
          await scene.sql(
            `UPDATE payment SET status = 'PARTIALLY_CANCELED', canceled_amount = 14000 WHERE order_id = ${orderId}`,
          );
          await scene.toss.cancelInAdmin(paymentKey, 5_000);
        },
        end: async (scene) => {
          const { orderId, paymentKey } = await scene.buyer('differs');
          await scene.sql(`UPDATE payment SET status = 'APPROVED', canceled_amount = 0 WHERE order_id = ${orderId}`);
          // Because of its webhook the one before is looked for again, too.
          await scene.toss.cancelInAdmin(paymentKey, 1_000);
        },
        look: (scene) => ['explain', String(scene.orderOf('differs'))],
      },
      {
        alerts: ['PaymentConfirmsNotCharged'],
        cause: 'Toss answers each confirm of a buyer who tries again with NOT_REGISTERED_BUSINESS',
        prepare: async (scene) => (await scene.buyer('not charged')).authenticate(),
        begin: async (scene, signal) => {
          const buyer = await scene.buyer('not charged');
          await buyer.force({ operation: 'confirm', code: 'NOT_REGISTERED_BUSINESS' });
          void goOn(signal, 1_000, () => buyer.confirm());
        },
        end: async (scene) => (await scene.buyer('not charged')).recover(),
        look: health,
      },
      {
        alerts: ['PaymentConfirmsUnknown', 'TossFailing'],
        cause: 'the bodies of all answers about some payments whose buyers try again are cut, look-ups too',
        prepare: (scene) => Promise.all(unlucky.map(async (name) => (await scene.buyer(name)).authenticate())),
        begin: async (scene, signal) => {
          for (const name of unlucky) {
            const buyer = await scene.buyer(name);
            await buyer.suffer({ route: 'confirm', fault: { kind: 'cut-body' } });
            await buyer.suffer({ route: 'get-payment', fault: { kind: 'cut-body' } });
            void goOn(signal, 300, () => buyer.confirm());
          }
        },
        end: (scene) => Promise.all(unlucky.map(async (name) => (await scene.buyer(name)).recover())),
        look: health,
        filledIn: order(unlucky[0]!),
      },
      {
        alerts: ['TossRefusesKey'],
        cause: 'Toss answers a confirm with UNAUTHORIZED_KEY',
        prepare: async (scene) => (await scene.buyer('wrong key')).authenticate(),
        begin: async (scene) => {
          const buyer = await scene.buyer('wrong key');
          await buyer.force({ operation: 'confirm', code: 'UNAUTHORIZED_KEY' });
          await buyer.confirm();
        },
        end: async (scene) => (await scene.buyer('wrong key')).recover(),
        look: health,
      },
      {
        alerts: ['OrderRecordsParked'],
        cause: 'somebody writes what is no JSON to the topic of orders',
        begin: (scene) => scene.produce('order.placed', { key: 'x', value: '{"this is": "no order"' }),
        look: () => ['dlt', 'list'],
        filledIn: () => Promise.resolve({ '<reason>': 'not JSON' }),
      },
      {
        alerts: ['OrderConflicts'],
        cause: 'an order is announced again, with another amount',
        prepare: (scene) => scene.buyer('announced twice'),
        begin: (scene) => scene.place(scene.orderOf('announced twice'), 16_000n),
        look: () => ['dlt', 'list'],
        filledIn: order('announced twice'),
      },
      {
        alerts: ['OutboxForeignRecords'],
        cause: 'somebody else writes to a topic of ours',
        begin: (scene) => scene.produce('payment.completed', { key: 'x', value: '{}' }),
        look: outbox,
      },
      {
        alerts: ['EventLoopLagging'],
        cause: 'order-consumer is frozen for most of each second',
        begin: (scene, signal) => {
          const worker = scene.process('order-consumer');
          void goOn(signal, 350, async () => {
            worker.pause();
            await sleep(540);
            worker.resume();
          });
          return Promise.resolve();
        },
        look: health,
      },
      {
        alerts: ['OutboxPendingOld', 'OutboxConnectorFailing'],
        afterwards: ['OutboxConnectorBegunAnew'],
        cause: 'Kafka Connect is away, and the binary logs are purged meanwhile',
        begin: async (scene) => {
          await scene.process('connect').stop();
          await scene.buyer('created without Connect');
        },
        end: async (scene) => {
          await scene.purgeBinaryLogs();
          await scene.process('connect').start();
        },
        look: connector,
      },
    ],
  },
  {
    title: 'Toss',
    drills: [
      {
        alerts: ['TossSlow'],
        cause: 'each confirm reaches Toss 6 s late',
        prepare: (scene) =>
          Promise.all(
            Array.from({ length: SLOW_BUYERS }, async (_, index) =>
              (await scene.buyer(slowBuyer(index))).authenticate(),
            ),
          ),
        begin: async (scene, signal) => {
          await scene.breakToss('confirm', { kind: 'delay', delayMs: 6_000, stage: 'before' });
          let next = 0;
          void goOn(signal, 1_000, async () => {
            const buyer = await scene.buyer(slowBuyer(next++ % SLOW_BUYERS));
            // Nobody waits for the one before.
            buyer.confirm().catch(() => undefined);
          });
        },
        end: (scene) => scene.mendToss('confirm'),
        look: health,
      },
      {
        alerts: ['RequestsTurnedAway'],
        cause: 'hundreds of requests at once, for longer than a moment',
        prepare: async (scene) => (await scene.buyer('crowd')).authenticate(),
        begin: async (scene, signal) => {
          const buyer = await scene.buyer('crowd');
          void goOn(signal, 200, () => Promise.all(Array.from({ length: 200 }, () => buyer.end())));
        },
        look: health,
      },
      {
        alerts: ['PaymentBooksUnread'],
        cause: 'Toss answers no question for its list of transactions',
        begin: (scene) => scene.breakToss('transactions', { kind: 'lose-request' }),
        end: (scene) => scene.mendToss('transactions'),
        look: health,
      },
    ],
  },
  {
    title: 'the database and a worker',
    drills: [
      {
        alerts: ['OrdersWaiting', 'OrderPartitionStuck', 'OutboxCanaryOld', 'WorkerNotReady'],
        cause: 'the database is away',
        begin: async (scene) => {
          await scene.process('mariadb').stop();
          await scene.buyer('placed without a database');
        },
        end: (scene) => scene.process('mariadb').start(),
        look: health,
        filledIn: async (scene) => ({ '<row>': await scene.newestRow() }),
      },
      {
        alerts: ['WorkerDown'],
        cause: 'confirm-api is frozen, and answers nobody',
        begin: (scene) => {
          scene.process('confirm-api').pause();
          return Promise.resolve();
        },
        end: (scene) => {
          scene.process('confirm-api').resume();
          return Promise.resolve();
        },
        look: health,
      },
    ],
  },
];
