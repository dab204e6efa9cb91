import { type KafkaMessage } from 'kafkajs';

export type KafkaRecord = KafkaMessage & {
  /** Every header in order, from the patched decoder. */
  readonly headerList?: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[];
  /** The same as they came, without their number. */
  readonly headerBytes?: Buffer;
  /** Set where a whole batch could not be unpacked: why. Its value is the batch as it was packed, its offset the last one. */
  readonly unreadable?: string;
};

/** Records of one partition, in order, none left out. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
}
