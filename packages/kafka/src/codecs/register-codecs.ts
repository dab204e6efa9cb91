import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { promisify } from 'node:util';
import { gzip, unzip } from 'node:zlib';
import { unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';
import { type Unpacking, unpackInTurns } from './unpack-in-turns';
import { UNPACKED_BYTES_MAX } from './unpacked';
import { unpackZstd } from './zstd';

/** Lets kafkajs read whatever a producer packs, within a limit; it packs with gzip itself. For the whole process. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => promisify(gzip)(buffer),
    decompress: (packed: Buffer) => promisify(unzip)(packed, { maxOutputLength: UNPACKED_BYTES_MAX }),
  });
  CompressionCodecs[CompressionTypes.Snappy] = () => readOnly(unpackSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => readOnly(unpackLz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => readOnly(unpackZstd);
}

const readOnly = (unpack: (packed: Buffer) => Unpacking) => ({
  compress: () => Promise.reject(new Error('this codec only reads')),
  decompress: (packed: Buffer) => unpackInTurns(unpack(packed)),
});
