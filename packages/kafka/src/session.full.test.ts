import { afterEach, expect, it } from '@jest/globals';
import { closeGroups, gate, partitionedGroup, recorder } from '../test/partitioned-group';
import { asAdmin, until } from '../test/test-kafka';

afterEach(closeGroups);

it('a member stays in its group for longer than a session while one of its partitions hangs', async () => {
  const { groupId, send, join, committed } = await partitionedGroup();
  const mayEnd = gate();
  const { handled, tries, handle } = recorder(() => mayEnd.opening);
  await send(0, 'a');
  await join(handle);
  await until(() => tries.length > 0);
  const memberIds = async () => {
    const { groups } = await asAdmin((admin) => admin.describeGroups([groupId]));
    return groups[0]?.members.map(({ memberId }) => memberId);
  };
  const before = await memberIds();
  const later = performance.now() + 25_000;
  for (let round = 1; performance.now() < later; round += 1) {
    await send(1, String(round));
    await until(() => handled[1]?.length === round);
  }
  expect(await memberIds()).toEqual(before);
  expect(tries).toEqual([['a']]);
  mayEnd.open();
  await until(async () => (await committed(0)) === 1);
});
