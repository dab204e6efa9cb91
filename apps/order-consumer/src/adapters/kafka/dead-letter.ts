import { type KafkaRecord } from '@koosco/payment-kafka';

export interface DeadLetter {
  readonly record: KafkaRecord;
  /** Why no retry could help; names fields, shows no values. */
  readonly reason: string;
}
