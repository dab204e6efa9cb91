import { afterEach, describe, expect, it } from '@jest/globals';
import { CompressionTypes, ConfigResourceTypes } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { asAdmin, freshTopic, readAll, testKafka } from '../../test/test-kafka';
import { UNPACKED_BYTES_MAX } from './unpacked';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A topic whose broker packs every batch anew, with the codecs of the Java clients. */
async function topicPackedWith(compression: string): Promise<string> {
  const topic = await freshTopic();
  const configEntries = [{ name: 'compression.type', value: compression }];
  await asAdmin((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
    }),
  );
  return topic;
}

async function produce(topic: string, values: readonly (string | Buffer)[], compression = CompressionTypes.None) {
  const producer = testKafka().producer();
  await producer.connect();
  opened.push(() => producer.disconnect());
  await producer.send({ topic, compression, messages: values.map((value) => ({ value })) });
}

describe.each(['gzip', 'snappy', 'lz4', 'zstd'])('records packed with %s', (compression) => {
  it('are read as they were written', async () => {
    const topic = await topicPackedWith(compression);
    const text = Array.from({ length: 5_000 }, (_, index) => `{"orderId":${index * 7919}}`).join();
    const values = ['', 'a', 'a'.repeat(300_000), text, randomBytes(100_000), randomBytes(20_000).toString('base64')];
    await produce(topic, values);
    await produce(topic, ['alone']);
    const records = await readAll(topic);
    expect(records).toHaveLength(7);
    [...values, 'alone'].forEach((value, index) => {
      expect(records[index]?.value?.equals(Buffer.from(value))).toBe(true);
    });
  });
});

it('hands a batch that is a bomb over as one record, packed, and reads those behind it', async () => {
  const topic = await freshTopic();
  const mebibyte = Buffer.alloc(1_048_576);
  const bomb = Array.from({ length: UNPACKED_BYTES_MAX / mebibyte.length }, () => mebibyte);
  await produce(topic, bomb, CompressionTypes.GZIP);
  await produce(topic, ['next']);
  expect(await readAll(topic, 2)).toMatchObject([
    { offset: String(bomb.length - 1), key: null, unreadable: expect.any(String) },
    { offset: String(bomb.length), value: Buffer.from('next') },
  ]);
});
