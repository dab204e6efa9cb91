export { type Assignment } from './assignment';
export { BatchConsumer, type BatchConsumerOptions, type KafkaRecord, type RecordBatch } from './batch-consumer';
export { type KafkaClient, kafkaClient } from './kafka-client';
export { kafkaDefaults, kafkaVariables } from './kafka-variables';
export { LagWatch } from './lag-watch';
export { type ProducedRecord, RecordProducer } from './record-producer';
export {
  type EnclosedRecord,
  enclose,
  openEnvelope,
  type RecordHeader,
  type RecordOrigin,
  type RecordPart,
  sizesOf,
} from './record-envelope';
export { RecordTooLarge } from './record-too-large';
export { requireTopics } from './require-topics';
export { slicesOf } from './slices-of';
