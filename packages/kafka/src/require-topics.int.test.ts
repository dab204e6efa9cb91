import { expect, it } from '@jest/globals';
import { freshTopic, testKafka } from '../test/test-kafka';
import { requireTopics } from './require-topics';

it('requireTopics names every topic that is missing, and no other', async () => {
  const topic = await freshTopic();
  await requireTopics(testKafka(), [topic]);
  await expect(requireTopics(testKafka(), ['missing-1', topic, 'missing-2'])).rejects.toThrow(
    'these topics do not exist: missing-1, missing-2',
  );
});
