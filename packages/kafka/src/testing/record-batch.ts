import { gzipSync } from 'node:zlib';
import { type RecordHeader } from '../consume/record-envelope';

/** A record as any client of Kafka may write it. */
export interface WrittenRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** In order, repeated ones too. */
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since 1970; -1 for none. */
  readonly timestamp?: bigint;
}

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** A batch of one producer as it is on the wire and on disk: https://kafka.apache.org/documentation/#recordbatch. */
export function recordBatch(records: readonly WrittenRecord[], codec: Codec = 'none'): Buffer {
  const count = records.length;
  const timestamps = records.map(({ timestamp = 0n }) => timestamp);
  const packed = packers[codec](Buffer.concat(records.flatMap(recordOnTheWire(timestamps[0] ?? 0n))));
  const maxTimestamp = timestamps.reduce((max, of) => (of > max ? of : max), -1n);
  const afterCrc = Buffer.concat([
    int16(codecs.indexOf(codec)),
    int32(count - 1),
    int64(timestamps[0] ?? 0n),
    int64(maxTimestamp),
    // No producer id, epoch and sequence: neither idempotent nor transactional.
    int64(-1n),
    int16(-1),
    int32(-1),
    int32(count),
    packed,
  ]);
  // Without a leader epoch, version 2.
  const beforeCrc = Buffer.from([0xff, 0xff, 0xff, 0xff, 2]);
  const length = beforeCrc.length + 4 + afterCrc.length;
  return Buffer.concat([int64(0n), int32(length), beforeCrc, uint32(crc32c(afterCrc)), afterCrc]);
}

const recordOnTheWire =
  (firstTimestamp: bigint) =>
  ({ key, value, headers = [], timestamp = 0n }: WrittenRecord, offset: number): readonly Buffer[] => {
    const parts = [
      Buffer.from([0]),
      timestamp === firstTimestamp ? varint(0) : varint(timestamp - firstTimestamp),
      varint(offset),
      ...sized(key),
      ...sized(value),
      varint(headers.length),
      ...headers.flatMap((header) => [...sized(header.name), ...sized(header.value)]),
    ];
    return [varint(parts.reduce((sum, part) => sum + part.length, 0)), ...parts];
  };

/** A length of -1. */
const noBytes = Buffer.from([1]);

const sized = (bytes: Buffer | null): readonly Buffer[] => (bytes === null ? [noBytes] : [varint(bytes.length), bytes]);

const shortVarints = Array.from({ length: 128 }, (_, byte) => Buffer.from([byte]));

/** Zigzag, seven bits a byte. */
function varint(value: bigint | number): Buffer {
  if (typeof value === 'number') return value < 64 ? shortVarints[value * 2]! : varint(BigInt(value));
  const bytes: number[] = [];
  let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; zigzag >= 0x80n; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(zigzag)]);
}

/** Frames of every codec; but for gzip, what is in them is not made any shorter. */
const packers: Readonly<Record<Codec, (bytes: Buffer) => Buffer>> = {
  none: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  snappy: (bytes) => Buffer.concat([snappyLength(bytes.length), ...pieces(bytes, 65_536).flatMap(snappyLiteral)]),
  lz4: (bytes) =>
    Buffer.concat([
      // Blocks of 64 KiB that stand alone, without checksums.
      Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]),
      ...pieces(bytes, 65_536).flatMap((piece) => [uint32LE((piece.length | 0x8000_0000) >>> 0), piece]),
      uint32LE(0),
    ]),
  zstd: (bytes) => {
    const blocks = pieces(bytes, 131_072);
    return Buffer.concat([
      // A window of 128 KiB.
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3]),
      ...blocks.flatMap((piece, index) => [
        uint32LE((piece.length << 3) | Number(index === blocks.length - 1)).subarray(0, 3),
        piece,
      ]),
    ]);
  },
};

function snappyLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** With its length less one in two bytes. */
const snappyLiteral = (piece: Buffer): readonly Buffer[] => [
  Buffer.from([61 << 2, (piece.length - 1) & 0xff, (piece.length - 1) >>> 8]),
  piece,
];

function pieces(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0x82f6_3b78 : 0);
  return crc;
});

function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  // By index: an iterator takes many times as long.
  for (let at = 0; at < bytes.length; at++) crc = crcTable[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const written = (size: number, write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
};
const int16 = (value: number) => written(2, (bytes) => bytes.writeInt16BE(value));
const int32 = (value: number) => written(4, (bytes) => bytes.writeInt32BE(value));
const uint32 = (value: number) => written(4, (bytes) => bytes.writeUInt32BE(value));
const uint32LE = (value: number) => written(4, (bytes) => bytes.writeUInt32LE(value));
const int64 = (value: bigint) => written(8, (bytes) => bytes.writeBigInt64BE(value));
