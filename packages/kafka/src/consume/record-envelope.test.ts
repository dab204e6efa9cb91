import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type KafkaRecord } from './record-batch';
import { enclose, openEnvelope, sizesOf } from './record-envelope';

const origin = { topic: 'orders', partition: 2 };
const header = (name: string | Buffer, value: string | Buffer | null) => ({
  key: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

function recordOf(parts: Partial<KafkaRecord> = {}): KafkaRecord {
  const offset = '9007199254740993';
  return { key: null, value: null, headers: {}, timestamp: '-1', attributes: 0, offset, ...parts } as KafkaRecord;
}

/** A length in zigzag, in as many bytes as it takes, and that much. */
function onTheWire(part: Buffer | null): readonly Buffer[] {
  const bytes: number[] = [];
  let zigzag = part === null ? 1 : part.length * 2;
  for (; zigzag >= 0x80; zigzag >>>= 7) bytes.push((zigzag & 0x7f) | 0x80);
  return [Buffer.from([...bytes, zigzag]), ...(part === null ? [] : [part])];
}

describe('an envelope', () => {
  it.each<[string, Partial<KafkaRecord>]>([
    ['nothing at all', {}],
    ['empty parts', { key: Buffer.alloc(0), value: Buffer.alloc(0), headerList: [header('', '')] }],
    ['text', { key: Buffer.from('키'), value: Buffer.from('\ufeff{"\u0000\\ud800":1}') }],
    ['bytes that are no text', { key: Buffer.from([0xc3]), value: Buffer.from([0xed, 0xa0, 0x80, 0xff]) }],
    ['random bytes', { key: randomBytes(999), value: randomBytes(10_001) }],
    ['text that looks like an envelope', { value: Buffer.from('{"base64":"AA=="}') }],
    [
      'headers in any order, repeated, null, and called anything',
      {
        headerList: [
          header('__proto__', 'a'),
          header('constructor', null),
          header('dlt-reason', 'theirs'),
          header(Buffer.from([0xff, 0x00]), Buffer.from([0xfe])),
          header('__proto__', ''),
        ],
      },
    ],
  ])('gives a record with %s back byte for byte', (_, parts) => {
    const record = recordOf(parts);
    expect(openEnvelope(enclose(origin, record))).toStrictEqual({
      ...origin,
      offset: 9_007_199_254_740_993n,
      timestamp: -1n,
      key: record.key,
      headers: (record.headerList ?? []).map(({ key: name, value }) => ({ name, value })),
      value: record.value,
      cut: {},
    });
  });

  it('shows text as text', () => {
    const text = enclose(origin, recordOf({ value: Buffer.from('no event'), headerList: [header('a', 'b')] }));
    expect(JSON.parse(text)).toMatchObject({ version: 1, headers: [['a', 'b']], value: 'no event' });
  });

  it('keeps headers as they are on the wire where they are thousands', () => {
    const headerList = Array.from({ length: 3_000 }, (_, index) =>
      header('n'.repeat(index % 100), index % 3 === 0 ? null : Buffer.alloc(index, index)),
    );
    const headerBytes = Buffer.concat(headerList.flatMap(({ key, value }) => [...onTheWire(key), ...onTheWire(value)]));
    const text = enclose(origin, recordOf({ headerList, headerBytes }));
    expect(JSON.parse(text)).toMatchObject({ headers: { wire: expect.any(String) } });
    expect(openEnvelope(text).headers).toEqual(headerList.map(({ key: name, value }) => ({ name, value })));
  });

  it('says what was left out, and how much', () => {
    const record = recordOf({ key: Buffer.from('k'), value: Buffer.alloc(9), headerList: [header('abc', '12')] });
    expect(sizesOf(record)).toEqual({ key: 1, headers: 5, value: 9 });
    expect(openEnvelope(enclose(origin, record, ['headers', 'value']))).toMatchObject({
      key: record.key,
      headers: [],
      value: null,
      cut: { headers: 5, value: 9 },
    });
  });

  it.each(['', '{}', '{"version":2}', 'null'])('is not %p', (text) => {
    expect(() => openEnvelope(text)).toThrow();
  });
});
