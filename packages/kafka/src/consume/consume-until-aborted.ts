import { untilAborted, waitFor } from '@koosco/payment-worker';
import { BatchConsumer, type BatchConsumerOptions } from './batch-consumer';

/**
 * Joins the group as soon as the broker lets it, consumes until `signal` aborts, and leaves.
 * @param options.beside runs as long as the consumer does; what it throws ends both.
 * @throws the signal's reason when it aborts before the group was joined; what `beside` throws; when kafkajs has given up.
 */
export async function consumeUntilAborted(
  options: Omit<BatchConsumerOptions, 'onCrash'> & {
    readonly signal: AbortSignal;
    readonly onJoined: (consumer: BatchConsumer) => void;
    readonly beside?: (consumer: BatchConsumer) => Promise<void>;
  },
): Promise<void> {
  const { signal, onJoined, beside = () => untilAborted(signal), ...consumed } = options;
  let crash: (error: Error) => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => {
    crash = (cause) => reject(new Error('the Kafka consumer has ended', { cause }));
  });
  // It may happen while the consumer is stopped, when nobody listens any more.
  crashed.catch(() => undefined);
  const { logger } = options;
  const attempt = () => BatchConsumer.start({ ...consumed, onCrash: (error) => crash(error) });
  const consumer = await waitFor({ name: 'kafka', attempt, signal, logger });
  try {
    onJoined(consumer);
    await Promise.race([untilAborted(signal), crashed, beside(consumer)]);
  } finally {
    await consumer.stop();
  }
}
