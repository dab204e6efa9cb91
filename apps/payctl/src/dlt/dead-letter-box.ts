import { dltTopicOf, orderTopics } from '@koosco/payment-contracts';
import { databaseOptionsOf, openOperatorActions, type OperatorActions } from '@koosco/payment-db/operators';
import { type KafkaClient, readTopics } from '@koosco/payment-kafka';
import { type Config } from '../config';
import { type DeadLetter, readDeadLetter } from './dead-letter';
import { quietKafka } from '../quiet-kafka';

const DEADLINE_MS = 120_000;

/** What a person decided about a dead letter. */
export interface Decision {
  readonly action: string;
  readonly operator: string;
  readonly reason: string;
  readonly at: Date;
}

export type DecidedLetter = DeadLetter & { readonly decision: Decision | null };

/** All dead letters there are, and what was decided about them. */
export class DeadLetterBox {
  private constructor(
    readonly kafka: KafkaClient,
    readonly actions: OperatorActions,
  ) {}

  /** @throws the driver's error when the database does not let it in. */
  static async open(config: Config): Promise<DeadLetterBox> {
    const kafka = quietKafka(config.SPRING_KAFKA_BOOTSTRAP_SERVERS);
    return new DeadLetterBox(kafka, await openOperatorActions(databaseOptionsOf(config)));
  }

  /** Each record once, however often it was parked, in the order of its own topic and partition. @throws what Kafka throws. */
  async letters(since: Date): Promise<readonly DecidedLetter[]> {
    const letters = new Map<string, DeadLetter>();
    const range = { topics: orderTopics.map(dltTopicOf), from: since, deadlineMs: DEADLINE_MS };
    await readTopics(this.kafka, range, ({ topic, partition, records }) => {
      for (const record of records) {
        const letter = readDeadLetter(topic, partition, record);
        letters.set(letter.place, letter);
      }
    });
    const decisions = new Map<string, Decision>();
    for (const topic of orderTopics) {
      for (const { target, ...decision } of await this.actions.ofTargets(`${topic}[`)) decisions.set(target, decision);
    }
    return [...letters.values()]
      .map((letter) => ({ ...letter, decision: decisions.get(letter.place) ?? null }))
      .sort(byOrigin);
  }

  close(): Promise<void> {
    return this.actions.close();
  }
}

function byOrigin({ record: a, place: one }: DeadLetter, { record: b, place: other }: DeadLetter): number {
  if (a === null || b === null) return one < other ? -1 : 1;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || (a.offset < b.offset ? -1 : 1);
}
