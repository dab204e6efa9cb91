import { it } from '@jest/globals';
import { Interleaving, type WorldMaker } from '../interleaving/interleaving';
import { expectAgreement } from './expect-agreement';

/** @param options.seed runs this one again, and no other; undefined draws where to begin. */
export function describeInterleavings(
  newWorld: WorldMaker,
  options: { count: number; seed: string | undefined; timeoutMs: number },
): void {
  const first = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
  const count = options.seed === undefined ? options.count : 1;

  it(
    `whatever is interleaved, killed and lost, one order ends in one state that every record tells (seeds from ${first})`,
    async () => {
      const met = new Map<string, number>();
      for (let seed = first; seed < first + count; seed++) {
        const end = await endOf(seed, newWorld);
        met.set(end, (met.get(end) ?? 0) + 1);
      }
      const ends = [...met].map(([end, times]) => `${times} × ${end}`).join('; ');
      process.stdout.write(`${count} interleavings from seed ${first}: ${ends}\n`);
    },
    options.timeoutMs,
  );
}

async function endOf(seed: number, newWorld: WorldMaker): Promise<string> {
  const interleaving = await Interleaving.begin(seed, newWorld);
  try {
    await interleaving.run();
    const records = await interleaving.world.records();
    expectAgreement(interleaving.world.order.amount.krw, records);
    return `${records.payment?.status}${records.payment?.isOrderCancelled === true ? ', order cancelled' : ''}`;
  } catch (error) {
    process.stderr.write(`INTERLEAVING_SEED=${seed}\n  ${interleaving.story.join('\n  ')}\n`);
    throw error;
  } finally {
    await interleaving.world.close();
  }
}
