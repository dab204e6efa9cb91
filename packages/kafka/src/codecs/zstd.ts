import { Decompress } from 'fzstd';
import { Unpacked, UNPACKED_BYTES_MAX } from './unpacked';

/** @throws Error when it is not Zstandard, or more than a batch may be. */
export function unpackZstd(packed: Buffer): Buffer {
  if (windowOf(packed) > UNPACKED_BYTES_MAX) throw new RangeError('the batch asks for too large a window');
  const unpacked = new Unpacked();
  new Decompress((bytes) => unpacked.append(bytes)).push(packed, true);
  return unpacked.toBuffer();
}

/** fzstd reserves as much as the header of a frame asks for. */
function windowOf(packed: Buffer): number {
  const descriptor = packed.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) return 2 ** (10 + (packed.readUInt8(5) >>> 3)) * 2;
  const dictionaryBytes = (descriptor & 3) === 3 ? 4 : descriptor & 3;
  const sizeBytes = 2 ** (descriptor >>> 6);
  const at = 5 + dictionaryBytes;
  return sizeBytes === 8 ? Number(packed.readBigUInt64LE(at)) : packed.readUIntLE(at, sizeBytes);
}
