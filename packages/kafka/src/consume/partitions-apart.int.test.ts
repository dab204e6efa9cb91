import { afterEach, describe, expect, it } from '@jest/globals';
import { closeGroups, gate, numbers, partitionedGroup, recorder } from '../../test/partitioned-group';
import { asAdmin, lines, until } from '../../test/test-kafka';

afterEach(closeGroups);

describe('a partition whose batch fails again and again', () => {
  it('leaves the others going, batch after batch, and goes on by itself, in order', async () => {
    const { topic, send, join, committed } = await partitionedGroup();
    let isAway = true;
    const { handled, tries, handle } = recorder(() =>
      isAway ? Promise.reject(new Error('away for partition 0')) : Promise.resolve(),
    );
    await send(0, ...numbers(3));
    const { consumer, crashes } = await join(handle);
    await until(() => tries.length > 0);
    for (let round = 0; round < 20; round += 1) {
      // One after the other: each is a fetch of its own, and none may wait for partition 0.
      for (const partition of [1, 2]) await send(partition, String(round));
      await until(() => [1, 2].every((partition) => handled[partition]?.length === round + 1));
    }
    await until(async () => (await committed(1)) === 20 && (await committed(2)) === 20);
    expect(await committed(0)).toBe(-1);
    expect(handled[0]).toEqual([]);
    await send(0, ...numbers(3, 3));

    isAway = false;
    await until(async () => (await committed(0)) === 6);
    expect(handled).toEqual([numbers(6), numbers(20), numbers(20)]);
    // Never with what came behind it: each try is of the same records.
    expect(new Set(tries.map((values) => values.join()))).toEqual(new Set(['0,1,2', '3,4,5']));
    expect(crashes).toEqual([]);
    const own = lines.filter(({ topic: of }) => of === topic);
    expect(own.map(({ msg }) => msg)).toEqual([
      ...own.slice(0, -1).map(() => 'batch failed; it is tried again'),
      'partition goes on',
    ]);
    expect(own[0]).toMatchObject({ partition: 0, offset: '0', failures: 1, err: { message: 'away for partition 0' } });
    expect(consumer.partitions.map(({ batch }) => batch)).toEqual([null, null, null]);
  });

  it('is at the same batch for all its tries: they are no progress', async () => {
    const { send, join } = await partitionedGroup();
    const { tries, handle } = recorder(() => Promise.reject(new Error('away')));
    await send(0, 'a');
    const { consumer } = await join(handle);
    const stateOf = (of: number) => consumer.partitions.find(({ partition }) => partition === of);
    const zero = () => stateOf(0);
    await until(() => tries.length >= 2);
    const before = zero();
    await until(() => tries.length >= 4);
    const after = zero();
    expect(before?.batch).toMatchObject({ firstOffset: '0' });
    expect(after?.batch?.failures).toBeGreaterThan(before?.batch?.failures ?? NaN);
    expect(after?.batch?.underWayMs).toBeGreaterThan(before?.batch?.underWayMs ?? NaN);
    expect(after?.idleMs).toBeGreaterThan(before?.idleMs ?? NaN);

    await send(1, 'b');
    // It was sent after that look, so that the other one has been idle for less, however late this is seen.
    await until(() => zero()!.idleMs - stateOf(1)!.idleMs > after!.idleMs);
    expect(zero()!.idleMs).toBeGreaterThan(after!.idleMs);
  });
});

describe('a partition whose batch takes long', () => {
  it('leaves the others going; then it is committed', async () => {
    const { send, join, committed } = await partitionedGroup();
    const mayEnd = gate();
    const { handled, tries, handle } = recorder(() => mayEnd.opening);
    await send(0, 'a');
    await join(handle);
    await until(() => tries.length > 0);
    for (let round = 1; round <= 20; round += 1) {
      await send(1, String(round));
      await until(() => handled[1]?.length === round);
    }
    expect(tries).toEqual([['a']]);
    expect(await committed(0)).toBe(-1);
    await send(0, 'b');
    mayEnd.open();
    await until(async () => (await committed(0)) === 2);
    expect(handled[0]).toEqual(['a', 'b']);
    expect(tries).toEqual([['a'], ['b']]);
  });

  it('is given to another member only when that batch has ended and is committed', async () => {
    const { topic, groupId, send, join, committed } = await partitionedGroup();
    const mayEnd = gate();
    const first = recorder(() => mayEnd.opening);
    await send(0, 'a');
    const one = await join(first.handle);
    await until(() => first.tries.length > 0);

    const second = recorder(() => Promise.resolve());
    const joining = [join(second.handle), join(second.handle)];
    const isAskedBack = ({ msg, groupId: of }: Record<string, unknown>) =>
      of === groupId && msg === 'partitions are asked back: waiting for the batches under way';
    await until(() => lines.some(isAskedBack));
    for (let look = 0; look < 20; look += 1) {
      const { groups } = await asAdmin((admin) => admin.describeGroups([groupId]));
      expect(groups[0]?.state).toBe('PreparingRebalance');
    }
    mayEnd.open();
    const members = [one, ...(await Promise.all(joining))];
    await until(() => members.every(({ consumer }) => consumer.assignment?.[topic]?.length === 1));
    expect(await committed(0)).toBe(1);
    await send(0, 'b');
    await until(async () => (await committed(0)) === 2);
    expect([...first.tries, ...second.tries]).toEqual([['a'], ['b']]);
  });

  it('is waited for and committed when the member stops', async () => {
    const { send, join, committed } = await partitionedGroup();
    const mayEnd = gate();
    const { handled, tries, handle } = recorder(() => mayEnd.opening);
    await send(0, 'a');
    const { consumer } = await join(handle);
    await until(() => tries.length > 0);
    await send(1, 'b');
    // Now partition 0 is set aside.
    await until(() => handled[1]?.length === 1);
    const stopped = consumer.stop();
    mayEnd.open();
    await stopped;
    expect(await committed(0)).toBe(1);
  });
});
