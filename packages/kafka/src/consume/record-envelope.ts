import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { type KafkaRecord } from './record-batch';

/** Where a record is. */
export interface RecordOrigin {
  readonly topic: string;
  readonly partition: number;
}

export interface RecordHeader {
  /** Bytes: Kafka asks for text and checks nothing. */
  readonly name: Buffer;
  readonly value: Buffer | null;
}

/** What can be left out of an envelope because the whole does not fit. */
export type RecordPart = 'key' | 'headers' | 'value';

/** What {@link openEnvelope} finds: the record byte for byte, except for what `cut` says is not there. */
export interface EnclosedRecord extends RecordOrigin {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  /** In order, repeated ones too. */
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
  /** The bytes of each part that was left out. */
  readonly cut: Readonly<Partial<Record<RecordPart, number>>>;
}

/** Every header of a record in its order; its `headers` know neither the order nor names that are not UTF-8. */
export function headersOf({ headerList = [] }: Pick<KafkaRecord, 'headerList'>): readonly RecordHeader[] {
  return headerList.map(({ key, value }) => ({ name: key ?? Buffer.alloc(0), value }));
}

/** Text where the bytes are text and not a book, so that a person can read it in the topic. */
type Bytes = string | { readonly base64: string } | null;

/** One by one, or as Kafka writes them where they are so many that taking them apart would hold up everything else. */
type Headers = readonly (readonly [name: Bytes, value: Bytes])[] | { readonly wire: string };

const LISTED_HEADERS_MAX = 1_000;
/** Escapes can make a text six times as long, and are much slower than base64. */
const TEXT_BYTES_MAX = 1_048_576;

interface Envelope {
  readonly version: 1;
  readonly topic: string;
  readonly partition: number;
  /** In digits: it may be above 2^53. */
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Bytes;
  readonly headers: Headers;
  readonly value: Bytes;
  readonly cut?: EnclosedRecord['cut'];
}

/** A whole record as one JSON text, which any record can carry as its value, whatever its own key and headers are. */
export function enclose({ topic, partition }: RecordOrigin, record: KafkaRecord, leftOut: readonly RecordPart[] = []) {
  const sizes = sizesOf(record);
  const isIn = (part: RecordPart) => !leftOut.includes(part);
  const envelope: Envelope = {
    version: 1,
    topic,
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: isIn('key') ? written(record.key) : null,
    headers: isIn('headers') ? writtenHeaders(record) : [],
    value: isIn('value') ? written(record.value) : null,
    ...(leftOut.length > 0 && { cut: Object.fromEntries(leftOut.map((part) => [part, sizes[part]])) }),
  };
  return JSON.stringify(envelope);
}

/** Bytes of the parts of a record. */
export function sizesOf(record: KafkaRecord): Readonly<Record<RecordPart, number>> {
  const headers = headersOf(record).reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), 0);
  return { key: record.key?.length ?? 0, headers, value: record.value?.length ?? 0 };
}

/** @throws when it is not an envelope that {@link enclose} has written. */
export function openEnvelope(text: string | Buffer): EnclosedRecord {
  const { version: _, cut = {}, headers, key, value, ...rest } = envelopeShape.parse(JSON.parse(text.toString()));
  return {
    ...rest,
    key: read(key),
    headers: readHeaders(headers),
    value: read(value),
    cut,
  };
}

function written(bytes: Buffer | null): Bytes {
  if (bytes === null) return null;
  const isText = bytes.length <= TEXT_BYTES_MAX && isUtf8(bytes);
  return isText ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

function writtenHeaders(record: KafkaRecord): Headers {
  const { headerList = [], headerBytes } = record;
  if (headerBytes !== undefined && headerList.length > LISTED_HEADERS_MAX)
    return { wire: headerBytes.toString('base64') };
  return headersOf(record).map(({ name, value }) => [written(name), written(value)]);
}

function readHeaders(headers: Headers): readonly RecordHeader[] {
  if ('wire' in headers) return headersOnTheWire(Buffer.from(headers.wire, 'base64'));
  return headers.map(([name, value]) => ({ name: read(name) ?? Buffer.alloc(0), value: read(value) }));
}

/** A name and a value each, both behind their length in zigzag: -1 for none. https://kafka.apache.org/documentation/#recordheader */
function headersOnTheWire(bytes: Buffer): readonly RecordHeader[] {
  let at = 0;
  const part = (): Buffer | null => {
    let zigzag = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes.readUInt8(at);
      at += 1;
      zigzag |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    const length = (zigzag >>> 1) ^ -(zigzag & 1);
    if (length < 0) return null;
    at += length;
    return bytes.subarray(at - length, at);
  };
  const headers: RecordHeader[] = [];
  while (at < bytes.length) headers.push({ name: part() ?? Buffer.alloc(0), value: part() });
  return headers;
}

function read(bytes: Bytes): Buffer | null {
  if (bytes === null) return null;
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64');
}

const bytesShape = z.union([z.string(), z.strictObject({ base64: z.base64() }), z.null()]);
const digits = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const sizeShape = z.number().int().exactOptional();
const envelopeShape = z.strictObject({
  version: z.literal(1),
  topic: z.string(),
  partition: z.number().int(),
  offset: digits,
  timestamp: digits,
  key: bytesShape,
  headers: z.union([z.array(z.tuple([bytesShape, bytesShape])), z.strictObject({ wire: z.base64() })]),
  value: bytesShape,
  cut: z.strictObject({ key: sizeShape, headers: sizeShape, value: sizeShape }).optional(),
});
