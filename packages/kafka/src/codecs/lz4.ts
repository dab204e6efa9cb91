import { type Unpacking } from './unpack-in-turns';
import { Unpacked } from './unpacked';

const MAGIC = 0x184d2204;

/**
 * One LZ4 frame: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. Checksums are not looked at: the broker
 * has read the batch before.
 * @throws RangeError when it is not LZ4, or more than a batch may be.
 */
export function* unpackLz4(packed: Buffer): Unpacking {
  if (packed.readUInt32LE(0) !== MAGIC) throw new RangeError('the batch is not a frame of LZ4');
  const flags = packed.readUInt8(4);
  const has = (bit: number) => (flags & (1 << bit)) !== 0;
  const blockChecksumBytes = has(4) ? 4 : 0;
  // Magic, flags, block size and a checksum of the header; between them the sizes that the flags announce.
  let at = 7 + (has(3) ? 8 : 0) + (has(0) ? 4 : 0);

  const unpacked = new Unpacked();
  for (;;) {
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) return unpacked.toBuffer();
    const length = size & 0x7fffffff;
    if (at + length > packed.length) throw new RangeError('the batch ends too early');
    const block = packed.subarray(at, at + length);
    if (size > 0x7fffffff) unpacked.append(block);
    else yield* unpackBlock(block, unpacked);
    at += length + blockChecksumBytes;
  }
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md; blocks may refer to those before them. */
function* unpackBlock(block: Buffer, unpacked: Unpacked): Unpacking<void> {
  let at = 0;
  const lengthFrom = (nibble: number) => {
    let length = nibble;
    for (let more = nibble === 15 ? 255 : 0; more === 255; length += more) {
      more = block.readUInt8(at);
      at += 1;
    }
    return length;
  };
  while (at < block.length) {
    const token = block.readUInt8(at);
    at += 1;
    const literals = lengthFrom(token >>> 4);
    if (at + literals > block.length) throw new RangeError('the batch ends too early');
    unpacked.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence has literals only.
    if (at === block.length) return;
    const distance = block.readUInt16LE(at);
    at += 2;
    unpacked.repeat(distance, 4 + lengthFrom(token & 15));
    if (unpacked.isStepDone) yield;
  }
}
