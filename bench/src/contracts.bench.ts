import { isDeepStrictEqual } from 'node:util';
import { newOrderEvent, type OrderPlacedEvent, parseOrderEvent, serializeOrderEvent } from '@koosco/payment-contracts';

// The floor is what any service would do without this package: JSON.parse of the decoded bytes and JSON.stringify of
// an object with ordinary numbers: no validation, and ids above 2^53 silently wrong.
const FLOOR_SHARE_MIN = 0.25;
const ROUNDS = 15;
const MESSAGES_PER_ROUND = 4_000;

interface Message {
  readonly event: OrderPlacedEvent;
  readonly bytes: Uint8Array;
  /** What JSON.parse makes of it. */
  readonly bare: unknown;
}

function main(): void {
  const results = [
    { ids: 'ids below 2^53', messages: messagesFrom(1_000_000n) },
    { ids: 'ids above 2^53', messages: messagesFrom(9_100_000_000_000_000_000n) },
  ].flatMap(({ ids, messages }) => {
    verify(messages);
    return [
      { ids, does: 'parse', ...compare(messages, parse, parseBare) },
      { ids, does: 'serialize', ...compare(messages, serialize, serializeBare) },
    ];
  });

  console.table(
    results.map(({ ids, does, ours, floor }) => ({
      OrderPlaced: ids,
      does,
      'contracts, events/s': Math.round(ours),
      'bare JSON, events/s': Math.round(floor),
      share: Number((ours / floor).toFixed(2)),
      target: FLOOR_SHARE_MIN,
    })),
  );
  if (results.some(({ ours, floor }) => ours / floor < FLOOR_SHARE_MIN)) {
    throw new Error(`slower than ${FLOOR_SHARE_MIN} of bare JSON`);
  }
}

const decoder = new TextDecoder();

function parse({ bytes }: Message): number {
  const parsed = parseOrderEvent({ value: bytes });
  if (parsed.kind !== 'ok') throw new Error('a valid message was refused');
  return parsed.event.type.length;
}

function parseBare({ bytes }: Message): number {
  return (JSON.parse(decoder.decode(bytes)) as OrderPlacedEvent).type.length;
}

const serialize = ({ event }: Message) => serializeOrderEvent(event).length;
const serializeBare = ({ bare }: Message) => JSON.stringify(bare).length;

/** Rounds alternate, so that whatever else the machine does meets both; the best round of each counts. */
function compare(
  messages: readonly Message[],
  ours: (message: Message) => number,
  floor: (message: Message) => number,
) {
  let [oursBest, floorBest] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    floorBest = Math.max(floorBest, perSecond(messages, floor));
    oursBest = Math.max(oursBest, perSecond(messages, ours));
  }
  return { ours: oursBest, floor: floorBest };
}

function perSecond(messages: readonly Message[], work: (message: Message) => number): number {
  const start = process.hrtime.bigint();
  let length = 0;
  for (const message of messages) length += work(message);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  // Reading the sum keeps the engine from leaving the work out.
  if (length === 0) throw new Error('no work was done');
  return messages.length / seconds;
}

function messagesFrom(firstId: bigint): readonly Message[] {
  return Array.from({ length: MESSAGES_PER_ROUND }, (_, index) => {
    const orderId = firstId + BigInt(index);
    const event = newOrderEvent('order.placed', {
      id: `5f0c2f0e-8a52-4a5e-9a75-${index.toString(16).padStart(12, '0')}`,
      time: new Date(1_737_801_000_000 + index),
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      data: {
        orderId,
        userId: firstId + 7n,
        payableAmount: 50_000n + BigInt(index),
        items: [
          { skuId: 'SKU-1', quantity: 2, unitPrice: 20_000n },
          { skuId: firstId + 9n, quantity: 1, unitPrice: 10_000n },
        ],
        correlationId: orderId.toString(),
      },
    });
    const text = serializeOrderEvent(event);
    return { event, bytes: new TextEncoder().encode(text), bare: JSON.parse(text) as unknown };
  });
}

/** Speed counts for nothing when a digit is lost. */
function verify(messages: readonly Message[]): void {
  for (const { event, bytes } of messages) {
    const parsed = parseOrderEvent({ value: bytes });
    if (parsed.kind !== 'ok' || !isDeepStrictEqual(parsed.event, event))
      throw new Error(`lost something of ${event.id}`);
    if (!decoder.decode(bytes).includes(`"orderId":${event.data.orderId},`))
      throw new Error(`lost digits of ${event.id}`);
  }
}

try {
  main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
