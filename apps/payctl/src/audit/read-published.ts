import { type PublishedRecord } from '@koosco/payment-application';
import { paymentTopics } from '@koosco/payment-contracts';
import { outboxIdOf, readTopics } from '@koosco/payment-kafka';
import { createHash } from 'node:crypto';
import { quietKafka } from '../quiet-kafka';

const DEADLINE_MS = 120_000;

/** What the payment topics hold since then, without the contents. @throws when a broker does not answer. */
export async function readPublished(bootstrapServers: string, from: Date): Promise<readonly PublishedRecord[]> {
  const kafka = quietKafka(bootstrapServers);
  const records = new Map<string, PublishedRecord>();
  await readTopics(
    kafka,
    { topics: paymentTopics, from, deadlineMs: DEADLINE_MS },
    ({ topic, partition, records: batch }) => {
      for (const record of batch) {
        const digest = createHash('sha256')
          .update(record.value ?? '')
          .digest('hex');
        const { offset } = record;
        records.set(`${topic}/${partition}/${offset}`, {
          topic,
          partition,
          offset,
          outboxId: outboxIdOf(record),
          digest,
        });
      }
    },
  );
  return [...records.values()];
}
