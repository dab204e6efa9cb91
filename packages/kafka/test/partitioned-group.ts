import { type BatchConsumerOptions } from '../src/consume/batch-consumer';
import { type RecordBatch } from '../src/consume/record-batch';
import { RecordProducer } from '../src/produce/record-producer';
import { startConsumer } from './start-consumer';
import { committed, freshTopic, testKafka, uniqueName } from './test-kafka';

const opened: (() => Promise<void>)[] = [];

export async function closeGroups(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** A topic of three partitions and its group. */
export async function partitionedGroup() {
  const [topic, groupId] = [await freshTopic({ partitions: 3 }), uniqueName('group')];
  const producer = await RecordProducer.connect(testKafka());
  opened.push(() => producer.close());
  return {
    topic,
    groupId,
    committed: (partition: number) => committed(groupId, topic, partition),
    send: (partition: number, ...values: string[]) =>
      producer.send(
        topic,
        values.map((value) => ({ key: null, value, partition })),
      ),
    async join(handle: BatchConsumerOptions['handle']) {
      const started = await startConsumer({ groupId, topic, handle });
      opened.push(() => started.consumer.stop());
      return started;
    },
  };
}

const valuesOf = ({ records }: RecordBatch) => records.map(({ value }) => String(value));

export const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));

/** A promise that the test settles. */
export function gate() {
  let open!: () => void;
  const opening = new Promise<void>((resolve) => (open = resolve));
  return { opening, open };
}

/** Keeps what was handled by partition; partition 0 first does what the test says. */
export function recorder(first: () => Promise<void>) {
  const handled: string[][] = [[], [], []];
  const tries: string[][] = [];
  const handle = async (batch: RecordBatch) => {
    if (batch.partition === 0) {
      tries.push(valuesOf(batch));
      await first();
    }
    handled[batch.partition]?.push(...valuesOf(batch));
  };
  return { handled, tries, handle };
}
