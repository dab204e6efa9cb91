export { BatchConsumer } from './consume/batch-consumer';
export { consumeUntilAborted } from './consume/consume-until-aborted';
export { type KafkaClient, kafkaClient } from './kafka-client';
export { kafkaDefaults, kafkaVariables } from './kafka-variables';
export { LagWatch, type PartitionLag } from './lag-watch';
export { partitionName } from './consume/partition-name';
export { type PartitionProgress } from './consume/partition-progress';
export { type ProducedRecord, RecordProducer } from './produce/record-producer';
export { type KafkaRecord, type RecordBatch } from './consume/record-batch';
export {
  type EnclosedRecord,
  enclose,
  openEnvelope,
  type RecordHeader,
  type RecordOrigin,
  type RecordPart,
  sizesOf,
} from './consume/record-envelope';
export { RecordTooLarge } from './produce/record-too-large';
export { RecordsNotStored } from './produce/records-not-stored';
export { outboxIdOf } from './outbox-id-of';
export { type FoundRecord, type KeyWindow, type LookedThrough, readKeys } from './read/read-keys';
export { readTopics } from './read/read-topics';
export { requireTopics } from './require-topics';
export { slicesOf } from './consume/slices-of';
