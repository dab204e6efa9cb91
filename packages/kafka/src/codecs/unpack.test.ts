import { describe, expect, it } from '@jest/globals';
import { types } from 'node:util';
import { unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';
import { type Unpacking, unpackInTurns } from './unpack-in-turns';
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

const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** So many times the same byte. */
function zstdRun(length: number, byte: string, { last = false } = {}): Buffer {
  const header = (length << 3) | (1 << 1) | Number(last);
  return Buffer.from([header & 0xff, (header >>> 8) & 0xff, header >>> 16, byte.charCodeAt(0)]);
}

/** With a window of 128 KiB unless told. */
function zstdFrame(...blocks: (Buffer | { windowBits: number })[]): Buffer {
  const [first] = blocks;
  const windowBits = first !== undefined && 'windowBits' in first ? first.windowBits : 17;
  const buffers = blocks.filter((block) => Buffer.isBuffer(block));
  return Buffer.concat([Buffer.from([...ZSTD_MAGIC, 0, (windowBits - 10) << 3]), ...buffers]);
}

function read(steps: Unpacking): Buffer {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

describe('a batch that another client has packed', () => {
  it('is read as LZ4 with blocks that refer to those before them, and as Snappy without a frame', () => {
    // Its last sequence has literals only: none here.
    const again = Buffer.from([0x0a, 4, 0, 0]);
    expect(read(unpackLz4(lz4Frame(Buffer.from('\x40abcd'), again))).toString()).toBe(
      'abcdabcdabcdabcdabcdab'.slice(0, 18),
    );
    const twice = Buffer.from([8, 0x0c, 0x61, 0x62, 0x63, 0x64, 0x0e, 4, 0]);
    expect(read(unpackSnappy(twice)).toString()).toBe('abcdabcd');
  });

  it('is read as Zstandard in frames with and without a checksum, a size, a window of their own, and what is to be skipped', () => {
    const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const withWindow = Buffer.from([...ZSTD_MAGIC, 0x04, 0x08, ...zstdRun(3, 'c', { last: true }), 1, 2, 3, 4]);
    const packed = Buffer.concat([zstdFrame(zstdRun(2, 'a'), zstdRun(1, 'b', { last: true })), skipped, withWindow]);
    expect(read(unpackZstd(packed)).toString()).toBe('aabccc');
  });

  it.each<[string, () => Unpacking]>([
    ['LZ4', () => unpackLz4(lz4Frame(lz4Run(UNPACKED_BYTES_MAX / 255 + 1)))],
    ['Snappy', () => unpackSnappy(snappyRun(UNPACKED_BYTES_MAX / 64 + 1))],
    ['Zstandard', () => unpackZstd(Buffer.from([...ZSTD_MAGIC, 0xa0, 0, 0, 0, 0x80, 0, 0, 0]))],
    [
      'Zstandard, in many blocks',
      () => unpackZstd(zstdFrame(...Array.from({ length: 513 }, () => zstdRun(131_072, 'a')))),
    ],
    [
      'Zstandard, in a frame behind a small one',
      () => unpackZstd(Buffer.concat([zstdFrame(zstdRun(1, 'a', { last: true })), zstdFrame({ windowBits: 30 })])),
    ],
  ])('is refused as %s when it unpacks to too much', (_codec, unpack) => {
    expect(() => read(unpack())).toThrow(/more than \d+ bytes|too large a window/);
  });

  it('is refused as Zstandard when its blocks are so many and its window so large that hours of moving bytes would pass', () => {
    const blocks = Buffer.concat(Array.from({ length: 200_000 }, () => zstdRun(1, 'a')));
    expect(() => read(unpackZstd(zstdFrame({ windowBits: 25 }, blocks)))).toThrow('too many blocks');
  });

  it.each<[string, () => Unpacking]>([
    ['LZ4', () => unpackLz4(lz4Frame(...Array.from({ length: 100 }, () => lz4Run(300))))],
    ['Snappy', () => unpackSnappy(snappyRun(200_000))],
    ['Zstandard', () => unpackZstd(zstdFrame(...Array.from({ length: 100 }, () => zstdRun(131_072, 'a'))))],
  ])('as %s lets others have many turns before it is unpacked', (_codec, unpack) => {
    let steps = 0;
    for (const unpacking = unpack(); steps < 50 && unpacking.next().done !== true;) steps += 1;
    expect(steps).toBe(50);
  });

  it('lets timers and sockets have their turn while it is unpacked', async () => {
    let isDone = false;
    const others = new Promise<boolean>((resolve) => setImmediate(() => resolve(isDone)));
    function* endless(): Unpacking<void> {
      while (!isDone) yield;
    }
    const unpacking = unpackInTurns(endless());
    expect(await others).toBe(false);
    isDone = true;
    await unpacking;
  });

  it.each<[string, (packed: Buffer) => Unpacking, Buffer]>([
    ['LZ4', unpackLz4, lz4Frame(Buffer.from('\x40abcd'), lz4Run(3))],
    ['Snappy', unpackSnappy, snappyRun(20)],
    ['Zstandard', unpackZstd, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, 0x21, 0, 0, 97, 98, 99, 100])],
  ])('ends, or throws an error, as %s however it is damaged', (_codec, unpack, sound) => {
    expect(read(unpack(sound)).length).toBeGreaterThan(0);
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

function expectAnEnd(unpack: (packed: Buffer) => Unpacking, packed: Buffer): void {
  try {
    if (read(unpack(packed)).length <= UNPACKED_BYTES_MAX) return;
  } catch (error) {
    // Of Node's own realm, where it comes from a Buffer.
    if (types.isNativeError(error)) return;
  }
  throw new Error(`neither unpacked nor refused: ${packed.toString('hex')}`);
}
