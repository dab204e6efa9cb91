import { describe, expect, it } from '@jest/globals';
import { asAdmin, freshTopic, testKafka, uniqueName, until } from '../test/test-kafka';
import { LagWatch } from './lag-watch';

async function topicWithThreeRecordsInEachOfTwoPartitions(): Promise<string> {
  const topic = await freshTopic({ partitions: 2 });
  const producer = testKafka().producer();
  await producer.connect();
  const messages = [0, 1].flatMap((partition) => ['a', 'b', 'c'].map((value) => ({ partition, value })));
  await producer.send({ topic, messages });
  await producer.disconnect();
  return topic;
}

/** A broker that has just started answers for a group once it has loaded its offsets. */
async function connect(groupId: string, topic: string): Promise<LagWatch> {
  const lag = await LagWatch.connect(testKafka(), groupId, [topic]);
  await until(() =>
    asAdmin((admin) => admin.fetchOffsets({ groupId })).then(
      () => true,
      () => false,
    ),
  );
  return lag;
}

describe('LagWatch', () => {
  it('counts what is not committed, in all partitions or in those that are asked for', async () => {
    const [topic, groupId] = [await topicWithThreeRecordsInEachOfTwoPartitions(), uniqueName('group')];
    const lag = await connect(groupId, topic);
    expect(await lag.read()).toBe(6n);

    await asAdmin((admin) => admin.setOffsets({ groupId, topic, partitions: [{ partition: 1, offset: '2' }] }));
    expect(await lag.read()).toBe(4n);
    expect(await lag.read({ [topic]: [1] })).toBe(1n);
    expect(await lag.readPartitions({ [topic]: [1] })).toEqual([{ topic, partition: 1, lag: 1n, next: 2n }]);
    expect(await lag.read({ [topic]: [] })).toBe(0n);
    // A member without a partition, because there are more members than partitions.
    expect(await lag.read({})).toBe(0n);
    await lag.close();
  });

  it('tells whether a group reads what there is, however much comes after it', async () => {
    const [topic, groupId] = [await topicWithThreeRecordsInEachOfTwoPartitions(), uniqueName('group')];
    const lag = await connect(groupId, topic);
    expect(await lag.catchesUp(0)).toBe(false);
    const catchesUp = lag.catchesUp(20_000);
    // Asked behind it on the same connection, and so answered behind it: by now it knows where the topic ended.
    await lag.read();
    const producer = testKafka().producer();
    await producer.connect();
    await producer.send({ topic, messages: [0, 1].map((partition) => ({ partition, value: 'later' })) });
    await producer.disconnect();
    const partitions = [0, 1].map((partition) => ({ partition, offset: '3' }));
    await asAdmin((admin) => admin.setOffsets({ groupId, topic, partitions }));
    expect(await catchesUp).toBe(true);
    expect(await lag.read()).toBe(2n);
    await lag.close();
  });

  it('does not count what was deleted before anything was committed', async () => {
    const topic = await topicWithThreeRecordsInEachOfTwoPartitions();
    await asAdmin(async (admin) => {
      // kafkajs looks the leader up in metadata that only another call loads.
      await admin.fetchTopicMetadata({ topics: [topic] });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    });
    const lag = await connect(uniqueName('group'), topic);
    expect(await lag.read()).toBe(3n);
    await lag.close();
  });

  it('rejects when a topic does not exist', async () => {
    const lag = await connect(uniqueName('group'), 'nowhere');
    await expect(lag.read()).rejects.toThrow(/topic/i);
    await lag.close();
  });
});
