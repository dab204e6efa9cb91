import { beforeAll, describe, expect, it } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { asAdmin, freshTopic, testKafka } from '../../test/test-kafka';
import { type KeyWindow, readKeys } from './read-keys';

const START = new Date('2026-01-15T09:00:00Z').getTime();
const KEYS = 20;
const MINUTES = 30;
const limits = { deadlineMs: 20_000, recordsMax: 10_000 };
const minute = (count: number) => new Date(START + count * 60_000);

let topic: string;

/** Each key once a minute, all partitions in use, as a producer of anybody's would place them. */
beforeAll(async () => {
  topic = await freshTopic({ partitions: 3 });
  const producer = testKafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let at = 0; at < MINUTES; at++) {
    const messages = Array.from({ length: KEYS }, (_, key) => ({
      ...{ key: String(key), value: `${key} at ${at}`, timestamp: String(minute(at).getTime()) },
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
});

async function valuesIn(...windows: readonly Partial<KeyWindow>[]): Promise<readonly string[]> {
  const whole = { topic, key: '7', from: minute(0), to: minute(MINUTES) };
  const { records } = await readKeys(
    testKafka(),
    windows.map((window) => ({ ...whole, ...window })),
    limits,
  );
  return records.map(({ record }) => record.value?.toString() ?? '');
}

describe('readKeys', () => {
  it('finds the records of a key in each of its windows, and of no other key', async () => {
    expect(
      await valuesIn(
        { from: minute(3), to: minute(4) },
        { from: minute(20), to: minute(20) },
        { from: minute(4), to: minute(5) },
      ),
    ).toEqual(['7 at 3', '7 at 4', '7 at 5', '7 at 20']);
  });

  it('finds each key in the partition that its producer chose', async () => {
    const at = { from: minute(8), to: minute(8) };
    const keys = Array.from({ length: KEYS }, (_, key) => ({ ...at, key: String(key) }));
    expect([...(await valuesIn(...keys))].sort()).toEqual(keys.map(({ key }) => `${key} at 8`).sort());
  });

  it('finds nothing where there is nothing', async () => {
    expect(await valuesIn({ from: minute(-20), to: minute(-10) }, { from: minute(90), to: minute(91) })).toEqual([]);
    expect(await valuesIn({ key: 'nobody' })).toEqual([]);
    expect(await valuesIn()).toEqual([]);
  });

  it('says where it looked, and that something may be kept no longer', async () => {
    const own = await freshTopic();
    const producer = testKafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const messages = [1, 2, 3].map((at) => ({ key: 'k', value: `at ${at}`, timestamp: String(minute(at).getTime()) }));
    await producer.send({ topic: own, messages });
    await producer.disconnect();
    await asAdmin(async (admin) => {
      // kafkajs looks the leader up in metadata that only another call loads.
      await admin.fetchTopicMetadata({ topics: [own] });
      await admin.deleteTopicRecords({ topic: own, partitions: [{ partition: 0, offset: '1' }] });
    });
    const window = { topic: own, key: 'k' };
    const { windows, records } = await readKeys(
      testKafka(),
      [
        { ...window, from: minute(0), to: minute(2) },
        { ...window, from: minute(3), to: minute(3) },
      ],
      limits,
    );
    expect(windows).toMatchObject([
      { partition: 0, isCut: true },
      { partition: 0, isCut: false },
    ]);
    expect(records.map(({ record }) => [record.offset, record.value?.toString()])).toEqual([
      ['1', 'at 2'],
      ['2', 'at 3'],
    ]);
  });

  it('reads no more than it may, no topic that is not there, and leaves no group', async () => {
    const window = { topic, key: '7', from: minute(0), to: minute(MINUTES) };
    await expect(readKeys(testKafka(), [window], { ...limits, recordsMax: 50 })).rejects.toThrow(
      /^\d+ records would have to be read, more than 50$/,
    );
    await expect(readKeys(testKafka(), [{ ...window, topic: 'nowhere' }], limits)).rejects.toThrow(/topic/i);
    const { groups } = await asAdmin((admin) => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.startsWith('read-topics-'))).toEqual([]);
  });
});
