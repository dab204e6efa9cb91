/* global orderPlaced, openPaymentWindow, confirmPayment, cancelPayment, paymentHeard */
// Runs after the code of docs/integration.md, in one module with it: a shop, a buyer's browser and order-service in one.
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const { apiUrl, sandboxUrl, bootstrapServers, token, userId } = JSON.parse(process.env.GUIDE);
const orderId = 9_007_199_254_740_993n;
const kafka = new Kafka({ clientId: 'guide', brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING });

const { topic, ...message } = orderPlaced({
  orderId,
  userId: BigInt(userId),
  amount: 15_000n,
  eventId: 'guide-1',
  at: new Date(),
});
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
await producer.send({ topic, messages: [message] });
await producer.disconnect();

/** As much of a browser as the payment window needs: the buyer leaves the page with the first choice made. */
const page = { left: '' };
const element = {
  innerHTML: '',
  style: {},
  appendChild: () => undefined,
  querySelector: () => ({ value: 'CARD', checked: true }),
};
const window = {
  document: { body: element, querySelector: () => element, createElement: () => element },
  location: { origin: 'http://shop', assign: (url) => (page.left = url) },
  fetch,
};
new Function('window', await (await fetch(`${sandboxUrl}/v2/standard`)).text())(window);

const urls = { successUrl: 'http://shop/paid', failUrl: 'http://shop/failed' };
const open = () => openPaymentWindow({ apiUrl, token, orderId, TossPayments: window.TossPayments, ...urls });
let pay;
while (pay === undefined) {
  pay = await open().catch((error) => {
    if (error.code !== 'PAYMENT-404-001') throw error;
    return new Promise((resolve) => setTimeout(resolve, 50));
  });
}
await pay();
const click = new URLSearchParams({ action: 'pay', method: 'CARD' });
const back = await fetch(page.left, { method: 'POST', body: click, redirect: 'manual' });
const { paymentKey, amount } = Object.fromEntries(new URL(back.headers.get('location')).searchParams);
const confirm = (won) => confirmPayment({ apiUrl, token, paymentKey, orderId: String(orderId), amount: won });
const refused = await confirm(Number(amount) - 1).catch(({ code, message: text }) => ({ code, text }));
const paid = await confirm(Number(amount));
const again = await confirm(Number(amount));

const cancel = { apiUrl, token, paymentId: paid.paymentId, cancelReason: 'of two minds', idempotencyKey: 'guide-1' };
const part = await cancelPayment({ ...cancel, cancelAmount: 5_000 });
const samePart = await cancelPayment({ ...cancel, cancelAmount: 5_000 });

const consumer = kafka.consumer({ groupId: 'guide' });
await consumer.connect();
await consumer.subscribe({ topics: ['koosco.commerce.payment.completed'], fromBeginning: true });
const heard = await new Promise((resolve, reject) => {
  const eachMessage = ({ message: record }) => {
    const event = paymentHeard(record);
    if (event?.orderId === orderId) resolve(event);
    return Promise.resolve();
  };
  consumer.run({ eachMessage }).catch(reject);
});
await consumer.disconnect();
const text = (value) => JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part));
console.log(
  text({ refused, paid, isSame: text(paid) === text(again), part, isSamePart: text(part) === text(samePart), heard }),
);
