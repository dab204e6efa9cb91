import { BatchConsumer, type BatchConsumerOptions } from '../src/consume/batch-consumer';
import { logger, testKafka } from './test-kafka';

/** A consumer of one topic, and what it crashed of. Whoever starts it stops it. */
export async function startConsumer(options: Pick<BatchConsumerOptions, 'groupId' | 'handle'> & { topic: string }) {
  const crashes: Error[] = [];
  const { groupId, handle, topic } = options;
  const consumer = await BatchConsumer.start({
    kafka: testKafka(),
    groupId,
    topics: [topic],
    handle,
    logger,
    onCrash: (error) => crashes.push(error),
  });
  return { consumer, crashes };
}
