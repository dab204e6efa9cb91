import { dltTopicOf, topics } from '@koosco/payment-contracts';
import { type Topic } from '@koosco/local-stack';
import { OUTBOX_CANARY_TOPIC } from '@koosco/payment-db';

/** Enough for a few replicas of each worker on one machine; production decides by its own load. */
const PARTITIONS = 3;

/** Every topic the workers need. They never create topics themselves; whoever runs the broker does. */
export const systemTopics: readonly Topic[] = [
  ...Object.entries(topics).flatMap(([type, name]) => {
    const topic = { name, partitions: PARTITIONS };
    return type.startsWith('order.') ? [topic, { name: dltTopicOf(name), partitions: 1 }] : [topic];
  }),
  { name: OUTBOX_CANARY_TOPIC, partitions: 1 },
];
