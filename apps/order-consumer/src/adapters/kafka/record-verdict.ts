import { type KafkaRecord } from '@koosco/payment-kafka';
import { type OrderId } from '@koosco/payment-domain';

/**
 * What is said of a record for good. There is a third answer, "try again", which is thrown and is about the whole batch:
 * while the database or the dead-letter topic is away, nothing is said of any record. It is also the answer to whatever
 * nobody has foreseen: only what is known to be impossible is parked, or a fault of ours would park orders that could be
 * paid.
 */
export type RecordVerdict = Done | Impossible;

interface Done {
  readonly kind: 'done';
  /** What it asks for is durable, now or before; or the event is of a type that this service does not act on. */
  readonly by: 'effect' | 'skipping';
}

export interface Impossible {
  readonly kind: 'impossible';
  /** Why no retry could help; names fields, shows none of their text. */
  readonly reason: string;
  /** Where the event can be read and contradicts the payment of its order: how, in a word. */
  readonly conflict?: { readonly orderId: OrderId; readonly differs: string };
}

/** Makes the effects of records durable, and says of each what has become of it. */
export interface RecordJudge {
  /** @throws for what time can mend, and then nothing is said of any of them: the same records are given to it again. */
  judge(records: readonly KafkaRecord[]): Promise<readonly RecordVerdict[]>;
}
