import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionKeyOf, paymentTopics, serializeOrderEvent, topics } from '@koosco/payment-contracts';
import { type CollectedSpan, TraceCollector } from '@koosco/payment-telemetry/testing';
import { SandboxControl } from '@koosco/toss-sandbox';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Consumer, Partitioners } from 'kafkajs';
import { tracePicture } from '../test/trace-picture';
import { demoKafka } from './demo/broker';
import { Buyer } from './demo/buyer';
import { type PlannedOrder } from './demo/order-plan';
import { orderPlacedEvent } from './demo/order-service';
import { userToken } from './demo/user-token';
import { orderLines } from './system/order-lines';
import { type PaymentSystem, startPaymentSystem } from './system/payment-system';
import { requestsUnderWay } from './system/requests-under-way';

const DOCS = join(__dirname, '..', '..', 'docs');
const DOCUMENT = join(DOCS, 'operations', 'tracing.md');
const PICTURE = join(DOCS, 'pictures', 'trace.svg');

const { signal } = new AbortController();
const shopping: PlannedOrder = {
  ...{ orderId: 0n, userId: 7n, amount: 15_000n, story: 'pays' },
  ...{ sendsEventTwice: false, hasSecondEvent: false, confirmsTwice: false },
};

let collector: TraceCollector;
let system: PaymentSystem;
let consumer: Consumer;
/** Of the events on payment topics: what their header says, by order. */
const headers: { readonly type: string; readonly orderId: string; readonly traceparent: string | undefined }[] = [];

beforeAll(async () => {
  collector = await TraceCollector.open();
  system = await startPaymentSystem({
    dir: mkdtempSync(join(tmpdir(), 'payment-tracing-')),
    removeAtEnd: true,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
    onProgress: () => undefined,
  });
  consumer = demoKafka(system.infrastructure.kafka.bootstrapServers).consumer({ groupId: 'watches-traces' });
  await consumer.connect();
  await consumer.subscribe({ topics: [...paymentTopics], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const { type, data } = JSON.parse(String(message.value)) as { type: string; data: { orderId: number } };
      headers.push({ type, orderId: String(data.orderId), traceparent: message.headers?.['traceparent']?.toString() });
      return Promise.resolve();
    },
  });
}, 120_000);
afterAll(async () => {
  await consumer.disconnect();
  await system.stop();
  await collector.close();
});

describe('an order in a trace', () => {
  it('has one from order.placed to payment.completed, with the request of its buyer linked', async () => {
    const [order, ofShop, ofBrowser] = [{ ...shopping, orderId: 90_501n }, newTrace(), newTrace()];
    const paymentKey = await placeAndAuthenticate(order, ofShop.traceparent);
    await confirm(order, paymentKey, ofBrowser.traceparent);
    const spans = await collected(order.orderId, ofShop.traceId, 'publish payment.completed');

    const tree = treeOf(spans, ofShop.spanId);
    const document = readFileSync(DOCUMENT, 'utf8');
    if (process.env['WRITE_DOCS'] === '1') {
      writeFileSync(DOCUMENT, document.replace(/(<!-- spans -->\n\n```text\n)[^`]*/, `$1${tree}\n`));
      writeFileSync(PICTURE, tracePicture(spans));
    }
    expect(/<!-- spans -->\n\n```text\n([^`]*)\n```/.exec(readFileSync(DOCUMENT, 'utf8'))?.[1]).toBe(tree);

    const approval = spans.find(({ name }) => name === 'approve payment')!;
    const request = collector.spans.find(
      ({ traceId, name }) => traceId === ofBrowser.traceId && name === 'POST /api/payments/confirm',
    )!;
    expect(request).toMatchObject({
      service: 'confirm-api',
      kind: 'server',
      parentSpanId: ofBrowser.spanId,
      attributes: { 'http.route': '/api/payments/confirm', 'http.response.status_code': 200 },
      links: [{ traceId: approval.traceId, spanId: approval.spanId }],
    });
    expect(approval.links).toEqual([{ traceId: request.traceId, spanId: request.spanId }]);
    expect(approval.attributes).toMatchObject({ 'payment.order_id': '90501', 'payment.outcome': 'approved' });

    const creation = spans.find(({ name }) => name === 'create payment')!;
    const ofOrder = headers.filter(({ orderId }) => orderId === String(order.orderId));
    const contextOf = ({ traceId, spanId }: CollectedSpan) => `00-${traceId}-${spanId}-01`;
    expect(ofOrder).toEqual(
      expect.arrayContaining([
        { type: 'payment.created', orderId: '90501', traceparent: contextOf(creation) },
        { type: 'payment.completed', orderId: '90501', traceparent: contextOf(approval) },
      ]),
    );
    for (const service of ['order-consumer', 'confirm-api', 'outbox-relay']) {
      const lines = orderLines(system.logs, order.orderId).filter((line) => line.includes(`"service":"${service}"`));
      expect(lines.filter((line) => line.includes(`"trace_id":"${ofShop.traceId}"`))).not.toEqual([]);
      expect(lines.every((line) => line.includes('"correlationId":"order-90501"'))).toBe(true);
    }
    for (const body of collector.bodies) {
      expect(body).not.toContain(paymentKey);
      // Whatever it stands beside, but for the digits of a time or of a hexadecimal id: among those it may be by chance.
      expect(body).not.toMatch(new RegExp(`(?<![\\da-f])${order.amount}(?![\\da-f])`));
    }
  }, 60_000);

  it('keeps it when the relay settles what a worker that was killed has begun', async () => {
    const [order, ofShop] = [{ ...shopping, orderId: 90_502n }, newTrace()];
    const paymentKey = await placeAndAuthenticate(order, ofShop.traceparent);
    const fault = { kind: 'hold', stage: 'before' } as const;
    const toss = new SandboxControl(system.sandboxUrl);
    const held = await toss.addFault({ route: 'confirm', orderId: 'ord-0000000000000090502', fault });
    const unanswered = confirm(order, paymentKey, undefined).catch(() => undefined);
    while ((await requestsUnderWay(system.sandboxUrl, signal)) === 0) await sleep(20);
    await system.processes.find(({ name }) => name === 'confirm-api')!.kill();
    await unanswered;
    await toss.removeFault(held);
    const spans = await collected(order.orderId, ofShop.traceId, 'publish payment.completed', {
      killed: 'confirm-api',
    });

    const settling = spans.filter(({ name }) => name === 'settle attempt');
    const settled = settling.find(({ attributes }) => attributes['payment.outcome'] === 'approved')!;
    const creation = spans.find(({ name }) => name === 'create payment')!;
    expect(settled).toMatchObject({ service: 'outbox-relay', parentSpanId: creation.spanId });
    expect(spans.filter(({ parentSpanId }) => parentSpanId === settled.spanId).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['toss get-by-payment-key', 'transaction', 'publish payment.completed']),
    );
  }, 60_000);
});

function newTrace() {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

async function placeAndAuthenticate(order: PlannedOrder, traceparent: string): Promise<string> {
  const kafka = demoKafka(system.infrastructure.kafka.bootstrapServers);
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const event = orderPlacedEvent(order);
  const message = { key: partitionKeyOf(event), value: serializeOrderEvent(event), headers: { traceparent } };
  await producer.send({ topic: topics['order.placed'], acks: -1, messages: [message] });
  await producer.disconnect();
  const buyer = new Buyer(system.apiUrl, system.sandboxUrl, signal);
  return buyer.authenticate(order, await buyer.checkout(order, await userToken(order.userId)));
}

async function confirm(order: PlannedOrder, paymentKey: string, traceparent: string | undefined): Promise<void> {
  const response = await fetch(`${system.apiUrl}/api/payments/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await userToken(order.userId)}`,
      'content-type': 'application/json',
      ...(traceparent !== undefined && { traceparent }),
    },
    body: `{"paymentKey":${JSON.stringify(paymentKey)},"orderId":${order.orderId},"amount":${order.amount}}`,
  });
  expect(response.status).toBe(200);
}

/**
 * Every span of the trace, once this one is among them, its event was heard, and nothing of it is missing. Of a worker that was
 * killed nobody knows what it had sent before.
 */
async function collected(
  orderId: bigint,
  traceId: string,
  last: string,
  { killed }: { readonly killed?: string } = {},
): Promise<readonly CollectedSpan[]> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const spans = collector.spans.filter((span) => span.traceId === traceId && span.service !== killed);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const isWhole = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).length === 1;
    const isHeard = headers.some((event) => event.type === 'payment.completed' && event.orderId === String(orderId));
    if (isWhole && isHeard && spans.some(({ name }) => name === last)) return spans;
    if (Date.now() > deadline) throw new Error(`not collected: ${spans.map(({ name }) => name).join(', ')}`);
    await sleep(50);
  }
}

/** Each span under the one it follows from, in the order of their beginnings. */
function treeOf(spans: readonly CollectedSpan[], parentSpanId: string, indent = ''): string {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .sort((a, b) => a.startMs - b.startMs)
    .map((span) => {
      const below = treeOf(spans, span.spanId, `${indent}  `);
      return `${indent}${span.name} (${span.service}, ${span.kind})${below === '' ? '' : `\n${below}`}`;
    })
    .join('\n');
}
