import { describe, expect, it } from '@jest/globals';
import { types } from 'node:util';
import { unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';
import { UNPACKED_BYTES_MAX } from './unpacked';
import { unpackZstd } from './zstd';

const lz4Frame = (...blocks: Buffer[]) =>
  Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]),
    ...blocks.flatMap((block) => [uint32(block.length), block]),
    uint32(0),
  ]);

/** One byte, and the same again for as long as the encoding can say in so many bytes. */
const lz4Run = (lengthBytes: number) =>
  Buffer.concat([Buffer.from([0x1f, 0x61, 1, 0]), Buffer.alloc(lengthBytes, 255), Buffer.from([0, 0])]);

const snappyRun = (copies: number) =>
  Buffer.concat([Buffer.from([0x7f, 0x00, 0x61]), Buffer.alloc(3 * copies, Buffer.from([0xfe, 1, 0]))]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

describe('a batch that another client has packed', () => {
  it('is read as LZ4 with blocks that refer to those before them, and as Snappy without a frame', () => {
    // Its last sequence has literals only: none here.
    const again = Buffer.from([0x0a, 4, 0, 0]);
    expect(unpackLz4(lz4Frame(Buffer.from('\x40abcd'), again)).toString()).toBe('abcdabcdabcdabcdabcdab'.slice(0, 18));
    expect(unpackSnappy(Buffer.from([8, 0x0c, 0x61, 0x62, 0x63, 0x64, 0x0e, 4, 0])).toString()).toBe('abcdabcd');
  });

  it.each<[string, () => Buffer]>([
    ['LZ4', () => unpackLz4(lz4Frame(lz4Run(UNPACKED_BYTES_MAX / 255 + 1)))],
    ['Snappy', () => unpackSnappy(snappyRun(UNPACKED_BYTES_MAX / 64 + 1))],
    ['Zstandard', () => unpackZstd(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x80, 0, 0, 0]))],
  ])('is refused as %s when it unpacks to too much', (_codec, unpack) => {
    expect(unpack).toThrow(/more than \d+ bytes|too large a window/);
  });

  it.each<[string, (packed: Buffer) => Buffer, Buffer]>([
    ['LZ4', unpackLz4, lz4Frame(Buffer.from('\x40abcd'), lz4Run(3))],
    ['Snappy', unpackSnappy, snappyRun(20)],
    ['Zstandard', unpackZstd, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, 0x21, 0, 0, 97, 98, 99, 100])],
  ])('ends, or throws an error, as %s however it is damaged', (_codec, unpack, sound) => {
    expect(unpack(sound).length).toBeGreaterThan(0);
    for (let at = 0; at < sound.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const damaged = Buffer.from(sound);
        damaged[at] = byte;
        expectAnEnd(unpack, damaged);
      }
      expectAnEnd(unpack, sound.subarray(0, at));
    }
  });
});

function expectAnEnd(unpack: (packed: Buffer) => Buffer, packed: Buffer): void {
  try {
    if (unpack(packed).length <= UNPACKED_BYTES_MAX) return;
  } catch (error) {
    // Of Node's own realm, where it comes from a Buffer.
    if (types.isNativeError(error)) return;
  }
  throw new Error(`neither unpacked nor refused: ${packed.toString('hex')}`);
}
