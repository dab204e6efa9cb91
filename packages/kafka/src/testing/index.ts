export { RawProducer } from './raw-producer';
export { type Codec, codecs, recordBatch, type WrittenRecord } from './record-batch';
