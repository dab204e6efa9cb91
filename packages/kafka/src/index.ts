export { type Assignment } from './assignment';
export { BatchConsumer, type BatchConsumerOptions } from './batch-consumer';
export { consumeUntilAborted } from './consume-until-aborted';
export { type KafkaClient, kafkaClient } from './kafka-client';
export { kafkaDefaults, kafkaVariables } from './kafka-variables';
export { LagWatch, type PartitionLag } from './lag-watch';
export { partitionName } from './partition-name';
export { type PartitionProgress } from './partition-progress';
export { type ProducedRecord, RecordProducer } from './record-producer';
export { type KafkaRecord, type RecordBatch } from './record-batch';
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
export { RecordsNotStored } from './records-not-stored';
export { requireTopics } from './require-topics';
export { slicesOf } from './slices-of';
