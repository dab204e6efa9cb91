import { describeInterleavings } from './testing/conformance/describe-interleavings';
import { InMemoryWorld } from './testing/interleaving/in-memory-world';

/** `INTERLEAVINGS=10000` runs another number of them, `INTERLEAVING_SEED=…` one again. */
describeInterleavings((schedule) => Promise.resolve(new InMemoryWorld(schedule)), {
  count: Number(process.env['INTERLEAVINGS'] ?? 3_000),
  seed: process.env['INTERLEAVING_SEED'],
  timeoutMs: 600_000,
});
