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
  /** Why nothing is known of decisions; null where it is. */
  #undecided: Error | null = null;

  private constructor(
    readonly kafka: KafkaClient,
    private readonly opened: OperatorActions | null,
  ) {}

  /** Opens what there is: without the database, letters can be read, and nothing decided about them. */
  static async open(config: Config): Promise<DeadLetterBox> {
    const kafka = quietKafka(config.SPRING_KAFKA_BOOTSTRAP_SERVERS);
    let box: DeadLetterBox;
    try {
      box = new DeadLetterBox(kafka, await openOperatorActions(databaseOptionsOf(config)));
    } catch (error) {
      box = new DeadLetterBox(kafka, null);
      box.#undecided = asError(error);
    }
    return box;
  }

  /** What kept the decisions from being read; null for nothing. */
  get undecided(): Error | null {
    return this.#undecided;
  }

  /** @throws what kept the database from being opened. */
  get actions(): OperatorActions {
    if (this.opened === null) throw this.#undecided ?? new Error('the database is not open');
    return this.opened;
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
    const decisions = await this.#decisions();
    return [...letters.values()]
      .map((letter) => ({ ...letter, decision: decisions.get(letter.place) ?? null }))
      .sort(byOrigin);
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  async #decisions(): Promise<ReadonlyMap<string, Decision>> {
    const decisions = new Map<string, Decision>();
    if (this.opened === null) return decisions;
    try {
      for (const topic of orderTopics) {
        for (const { target, ...decision } of await this.opened.ofTargets(`${topic}[`)) decisions.set(target, decision);
      }
    } catch (error) {
      this.#undecided = asError(error);
    }
    return decisions;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function byOrigin({ record: a, place: one }: DeadLetter, { record: b, place: other }: DeadLetter): number {
  if (a === null || b === null) return one < other ? -1 : 1;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || (a.offset < b.offset ? -1 : 1);
}
