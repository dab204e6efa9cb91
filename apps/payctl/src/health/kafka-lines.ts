import { orderTopics, paymentTopics } from '@koosco/payment-contracts';
import { type KafkaClient, LagWatch } from '@koosco/payment-kafka';
import { type Config } from '../config';
import { DeadLetterBox } from '../dlt/dead-letter-box';
import { type HealthLine, lineOf } from './health-line';
import { quietKafka } from '../quiet-kafka';

/** More records than a healthy consumer leaves behind for a moment. */
const LAG_MAX = 1_000n;
const CONSUMERS = [
  { name: 'lag of orders', groupId: 'payment-service-group', topics: orderTopics },
  { name: 'lag of reading back', groupId: 'payment-outbox-read-back', topics: paymentTopics },
];

export async function kafkaLines(config: Config): Promise<readonly HealthLine[]> {
  const kafka = quietKafka(config.SPRING_KAFKA_BOOTSTRAP_SERVERS);
  return Promise.all([
    ...CONSUMERS.map(({ name, groupId, topics }) => lineOf(name, () => lagOf(kafka, groupId, topics))),
    lineOf('dead letters', () => deadLetters(config)),
  ]);
}

async function lagOf(
  kafka: KafkaClient,
  groupId: string,
  topics: readonly string[],
): Promise<Omit<HealthLine, 'name'>> {
  const watch = await LagWatch.connect(kafka, groupId, topics);
  try {
    const lag = await watch.read();
    return { state: lag > LAG_MAX ? 'wrong' : 'fine', text: `${lag} records` };
  } finally {
    await watch.close();
  }
}

async function deadLetters(config: Config): Promise<Omit<HealthLine, 'name'>> {
  const box = await DeadLetterBox.open(config);
  try {
    const letters = await box.letters(new Date(0));
    if (box.undecided !== null) throw box.undecided;
    const undecided = letters.filter(({ decision }) => decision === null);
    const text = undecided.length === 0 ? 'none undecided' : `${undecided.length} undecided: payctl dlt list`;
    return { state: undecided.length > 0 ? 'wrong' : 'fine', text };
  } finally {
    await box.close();
  }
}
