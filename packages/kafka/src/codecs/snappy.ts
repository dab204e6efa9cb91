import { type Unpacking } from './unpack-in-turns';
import { Unpacked } from './unpacked';

/** The Java clients pack blocks into a frame of their own; others send one block. */
const FRAME_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEADER_BYTES = 16;

/** @throws RangeError when it is not Snappy, or more than a batch may be. */
export function* unpackSnappy(packed: Buffer): Unpacking {
  const unpacked = new Unpacked();
  if (!packed.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC)) {
    yield* unpackBlock(packed, unpacked);
    return unpacked.toBuffer();
  }
  for (let at = FRAME_HEADER_BYTES; at < packed.length;) {
    const length = packed.readUInt32BE(at);
    at += 4;
    yield* unpackBlock(slice(packed, at, length), unpacked);
    at += length;
  }
  return unpacked.toBuffer();
}

/** https://github.com/google/snappy/blob/main/format_description.txt */
function* unpackBlock(block: Buffer, unpacked: Unpacked): Unpacking<void> {
  let at = 0;
  // The length of what is in it. Unpacked has a limit without it.
  while (block.readUInt8(at) >= 0x80) at += 1;
  at += 1;
  while (at < block.length) {
    const tag = block.readUInt8(at);
    at += 1;
    const upper = tag >>> 2;
    const kind = tag & 3;
    if (kind === 0) {
      const lengthBytes = Math.max(0, upper - 59);
      const length = 1 + (lengthBytes === 0 ? upper : block.readUIntLE(at, lengthBytes));
      at += lengthBytes;
      unpacked.append(slice(block, at, length));
      at += length;
    } else if (kind === 1) {
      unpacked.repeat(((tag >>> 5) << 8) | block.readUInt8(at), 4 + (upper & 7));
      at += 1;
    } else {
      const distanceBytes = kind === 2 ? 2 : 4;
      unpacked.repeat(block.readUIntLE(at, distanceBytes), 1 + upper);
      at += distanceBytes;
    }
    if (unpacked.isStepDone) yield;
  }
}

function slice(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new RangeError('the batch ends too early');
  return bytes.subarray(at, at + length);
}
