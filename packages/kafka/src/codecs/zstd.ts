import { Decompress } from 'fzstd';
import { type Unpacking } from './unpack-in-turns';
import { Unpacked, UNPACKED_BYTES_MAX } from './unpacked';

const MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;
/** A window of 32 MiB: what the two highest levels of zstd but one ask for. fzstd reserves it at once. */
const WINDOW_BYTES_MAX = UNPACKED_BYTES_MAX / 2;
/** fzstd moves the whole window with every block, which is a second for so many bytes; a bomb of tiny blocks asks for hours. */
const MOVED_BYTES_MAX = 256 * UNPACKED_BYTES_MAX;

/**
 * Zstandard, of any number of frames: RFC 8878.
 * @throws Error when it is not Zstandard, or more than a batch may be.
 */
export function* unpackZstd(packed: Buffer): Unpacking {
  const unpacked = new Unpacked();
  const decompress = new Decompress((bytes) => unpacked.append(bytes));
  for (const { piece, isLast } of piecesOf(packed)) {
    decompress.push(piece, isLast);
    yield;
  }
  return unpacked.toBuffer();
}

/** The header of each frame, each of its blocks, and what stands behind them: fzstd reads them as they come. */
function* piecesOf(packed: Buffer): Generator<{ piece: Buffer; isLast: boolean }> {
  let movedBytes = 0;
  const upTo = (from: number, to: number) => {
    if (to > packed.length) throw new RangeError('the batch ends too early');
    return { piece: packed.subarray(from, to), isLast: to === packed.length };
  };
  for (let at = 0; at < packed.length;) {
    const magic = packed.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      const end = at + 8 + packed.readUInt32LE(at + MAGIC_BYTES);
      yield upTo(at, end);
      at = end;
      continue;
    }
    if (magic !== MAGIC) throw new RangeError('the batch is not Zstandard');
    const { headerBytes, windowBytes, checksumBytes } = frameAt(packed, at);
    if (windowBytes > WINDOW_BYTES_MAX) throw new RangeError('the batch asks for too large a window');
    yield upTo(at, at + headerBytes);
    at += headerBytes;
    for (let isLastBlock = false; !isLastBlock;) {
      const block = packed.readUIntLE(at, BLOCK_HEADER_BYTES);
      isLastBlock = (block & 1) === 1;
      const isRle = ((block >>> 1) & 3) === RLE_BLOCK;
      const end = at + BLOCK_HEADER_BYTES + (isRle ? 1 : block >>> 3) + (isLastBlock ? checksumBytes : 0);
      movedBytes += windowBytes;
      if (movedBytes > MOVED_BYTES_MAX) throw new RangeError('the batch has too many blocks');
      yield upTo(at, end);
      at = end;
    }
  }
}

function frameAt(packed: Buffer, at: number) {
  const descriptor = packed.readUInt8(at + MAGIC_BYTES);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = (descriptor & 3) === 3 ? 4 : descriptor & 3;
  const sizeFlag = descriptor >>> 6;
  const sizeBytes = sizeFlag > 0 ? 2 ** sizeFlag : Number(isSingleSegment);
  const sizeAt = at + MAGIC_BYTES + 1 + Number(!isSingleSegment) + dictionaryBytes;
  return {
    headerBytes: sizeAt + sizeBytes - at,
    checksumBytes: (descriptor & 4) !== 0 ? 4 : 0,
    windowBytes: isSingleSegment
      ? sizeAtMost(packed, sizeAt, sizeBytes)
      : windowOf(packed.readUInt8(at + MAGIC_BYTES + 1)),
  };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function sizeAtMost(packed: Buffer, at: number, bytes: number): number {
  const size = bytes === 8 ? Number(packed.readBigUInt64LE(at)) : packed.readUIntLE(at, bytes);
  // A size of two bytes begins at 256.
  return bytes === 2 ? size + 256 : size;
}
