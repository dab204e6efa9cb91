import { serializeOrderEvent, newOrderEvent } from '@koosco/payment-contracts';
import { type RecordHeader } from '@koosco/payment-kafka';
import { type Codec, codecs, type WrittenRecord } from '@koosco/payment-kafka/testing';
import fc from 'fast-check';

/** What must become of a record. */
export type Fate = 'paid' | 'parked' | 'skipped';

export interface AnyRecord extends WrittenRecord {
  readonly fate: Fate;
  /** Of a record that is to be paid, or would be if its transaction were not aborted. */
  readonly orderId?: bigint;
}

export interface AnyBatch {
  readonly by: 'producer' | 'committed transaction' | 'aborted transaction';
  readonly codec: Codec;
  readonly partition: number;
  readonly records: readonly AnyRecord[];
}

/** Batches with so many records together at least, the same for the same seed. */
export function anyBatches({ seed, records }: { seed: number; records: number }): readonly AnyBatch[] {
  const drawn: AnyBatch[] = [];
  let count = 0;
  for (let round = 0; count < records; round++) {
    for (const batch of fc.sample(anyBatch, { seed: seed + round, numRuns: 100 })) {
      if (count >= records) break;
      // Every order has an id of its own, in the order in which they are sent.
      const numbered = batch.records.map((make, index) => make(BigInt(count + index + 1)));
      for (const part of fitting(numbered)) drawn.push({ ...batch, records: part });
      count += numbered.length;
    }
  }
  return drawn;
}

/** A topic takes 1 MiB at once. */
const BATCH_BYTES_MAX = 900_000;

function* fitting(records: readonly AnyRecord[]): Generator<readonly AnyRecord[]> {
  let part: AnyRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const headers = (record.headers ?? []).reduce(
      (sum, { name, value }) => sum + name.length + (value?.length ?? 0) + 10,
      0,
    );
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0) + headers + 40;
    if (part.length > 0 && bytes + size > BATCH_BYTES_MAX) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(record);
    bytes += size;
  }
  yield part;
}

/** Made with the id that its order has, if it is one. */
type Draft = (orderId: bigint) => AnyRecord;

const bytes = (text: string) => Buffer.from(text);
const anyBytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((of) => Buffer.from(of));
/** Long, and cheap to draw. */
const longBytes = (length: number) =>
  fc
    .tuple(fc.integer({ min: length / 2, max: length }), fc.uint8Array({ minLength: 1, maxLength: 64 }))
    .map(([of, with_]) => Buffer.alloc(of, with_));

const key = fc.oneof(
  { weight: 80, arbitrary: fc.constant(null) },
  { weight: 200, arbitrary: anyBytes(24) },
  // What the marks of transactions have.
  { weight: 20, arbitrary: fc.constant(Buffer.alloc(4)) },
  { weight: 1, arbitrary: longBytes(150_000) },
);

const headerName = fc.oneof(
  fc
    .constantFrom(
      'a',
      '',
      '__proto__',
      'constructor',
      'toString',
      'dlt-reason',
      'dlt-original-offset',
      'traceparent',
      'id',
    )
    .map(bytes),
  // Other than those that say how the value is to be read.
  fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((name) => !/^(ce_|content-type)/.test(name))
    .map(bytes),
  anyBytes(6),
);
const header: fc.Arbitrary<RecordHeader> = fc.record({
  name: headerName,
  value: fc.oneof(fc.constant(null), anyBytes(16), fc.string({ unit: 'binary', maxLength: 12 }).map(bytes)),
});
const headers = fc.oneof(
  { weight: 400, arbitrary: fc.constant<RecordHeader[]>([]) },
  { weight: 400, arbitrary: fc.array(header, { maxLength: 5 }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(header, fc.integer({ min: 100, max: 3_000 }))
      .map(([of, count]) => Array.from({ length: count }, () => of)),
  },
  { weight: 2, arbitrary: longBytes(150_000).map((value) => [{ name: bytes('large'), value }]) },
);

const timestamp = fc.constantFrom(-1n, 0n, 1_753_000_000_000n, 1_753_000_000_001n, 253_402_300_799_000n, 2n ** 61n);

const value = {
  order: fc
    .record({
      amount: fc.oneof(fc.constantFrom(0n, 1n, 999_999_999n), fc.bigInt(1n, 10_000_000n)),
      userId: fc.constantFrom(1n, 2n ** 63n - 1n),
      correlationId: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), { nil: undefined }),
      items: fc.oneof(
        { weight: 1000, arbitrary: fc.integer({ min: 1, max: 3 }) },
        { weight: 20, arbitrary: fc.integer({ min: 500, max: 2_000 }) },
      ),
      as: fc.constantFrom('serialized', 'with spaces', 'with an exponent', 'with unknown fields'),
    })
    .map(({ amount, userId, correlationId, items, as }) => (orderId: bigint) => {
      const text = serializeOrderEvent(
        newOrderEvent('order.placed', {
          id: `event-${orderId}`,
          time: new Date(0),
          data: {
            orderId,
            userId,
            payableAmount: amount,
            items: Array.from({ length: items }, (_, sku) => ({ skuId: BigInt(sku + 1), quantity: 1 })),
            ...(correlationId !== undefined && { correlationId }),
          },
        }),
      );
      if (as === 'with spaces') return `\n${text.replace('{', '{ \t')}\r\n `;
      if (as === 'with an exponent') return text.replace(`"payableAmount":${amount}`, `"payableAmount":${amount}.0e0`);
      if (as === 'with unknown fields') return text.replace('{', '{"__proto__":{"type":"x"},"constructor":[1e400],');
      return text;
    }),
  /** An order, but for one thing. */
  nearly: fc.constantFrom<[RegExp, string]>(
    [/"specversion":"1.0"/, '"specversion":"0.3"'],
    [/"id":"[^"]*"/, '"id":""'],
    [/"source":"[^"]*",?/, ''],
    [/"orderId":\d+/, '"orderId":0.5'],
    [/"orderId":\d+/, '"orderId":9223372036854775808'],
    [/"orderId":\d+/, '"orderId":null'],
    [/"userId":\d+/, '"userId":"\\ud800"'],
    [/"payableAmount":[\d.e]+/, '"payableAmount":-1'],
    [/"payableAmount":[\d.e]+/, '"payableAmount":1e-400'],
    [/"payableAmount":[\d.e]+/, '"payableAmount":10000.0000000000001'],
    [/"payableAmount":[\d.e]+/, '"payableAmount":1e400'],
    [/"payableAmount":[\d.e]+/, '"payableAmount":10000,"payableAmount":-1'],
    [/"items":\[/, '"items":{"a":['],
    [/}\s*$/, ''],
  ),
  /** No order at all. */
  none: fc.oneof(
    {
      weight: 60,
      arbitrary: fc.constantFrom<Buffer | null>(
        null,
        bytes(''),
        bytes('{}'),
        bytes('[]'),
        bytes('null'),
        bytes('\ufeff{}'),
      ),
    },
    { weight: 100, arbitrary: anyBytes(200) },
    { weight: 100, arbitrary: fc.json({ maxDepth: 4 }).map(bytes) },
    {
      weight: 20,
      arbitrary: fc.integer({ min: 1_000, max: 50_000 }).map((depth) => bytes('['.repeat(depth) + ']'.repeat(depth))),
    },
    { weight: 2, arbitrary: longBytes(450_000) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 100_000, max: 500_000 }).map((of) => bytes(`[${'0.1,'.repeat(of / 4)}0]`)),
    },
  ),
};

const draft: fc.Arbitrary<Draft> = fc
  .record({
    key,
    headers,
    timestamp,
    order: value.order,
    nearly: value.nearly,
    none: value.none,
    kind: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ order, nearly, none, kind, ...parts }) => (orderId): AnyRecord => {
    const text = order(orderId);
    if (kind < 5) return { ...parts, value: bytes(text), fate: 'paid', orderId };
    if (kind === 5)
      return { ...parts, value: bytes(text.replace('"order.placed"', '"order.shipped"')), fate: 'skipped' };
    if (kind < 8) return { ...parts, value: bytes(text.replace(nearly[0], nearly[1])), fate: 'parked' };
    return { ...parts, value: none, fate: 'parked' };
  });

const anyBatch = fc.record({
  by: fc.oneof(
    { weight: 600, arbitrary: fc.constant('producer' as const) },
    { weight: 20, arbitrary: fc.constant('committed transaction' as const) },
    { weight: 20, arbitrary: fc.constant('aborted transaction' as const) },
  ),
  codec: fc.constantFrom(...codecs),
  partition: fc.integer({ min: 0, max: 1 }),
  records: fc.oneof(
    { weight: 80, arbitrary: fc.array(draft, { minLength: 1, maxLength: 1 }) },
    { weight: 80, arbitrary: fc.array(draft, { minLength: 2, maxLength: 30 }) },
    { weight: 10, arbitrary: fc.array(draft, { minLength: 200, maxLength: 500, size: 'max' }) },
  ),
});
