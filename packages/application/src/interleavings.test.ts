import { it } from '@jest/globals';
import { expectAgreement } from './testing/conformance/expect-agreement';
import { Interleaving, orderId } from './testing/interleaving';

/** `INTERLEAVINGS=10000` runs more of them, `INTERLEAVING_SEED=…` one again. */
const only = process.env['INTERLEAVING_SEED'];
const COUNT = only === undefined ? Number(process.env['INTERLEAVINGS'] ?? 3_000) : 1;
const FIRST = only === undefined ? Date.now() % 1_000_000_000 : Number(only);

it(`whatever is interleaved, killed and lost, one order ends in one state that every record tells (seeds from ${FIRST})`, async () => {
  const met = new Map<string, number>();
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const interleaving = new Interleaving(seed);
    try {
      await interleaving.run();
      expectAgreement(interleaving);
    } catch (error) {
      process.stderr.write(`INTERLEAVING_SEED=${seed}\n  ${interleaving.story.join('\n  ')}\n`);
      throw error;
    }
    const { status, orderCancelledAt } = interleaving.database.tables.payments.get(orderId)!;
    const end = `${status}${orderCancelledAt === null ? '' : ', order cancelled'}`;
    met.set(end, (met.get(end) ?? 0) + 1);
  }
  process.stdout.write(
    `${COUNT} interleavings from seed ${FIRST}: ${[...met].map(([end, times]) => `${times} × ${end}`).join('; ')}\n`,
  );
}, 600_000);
