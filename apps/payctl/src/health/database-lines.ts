import { won } from '@koosco/payment-application/records';
import {
  databaseOptionsOf,
  type HealthReader,
  openHealthReader,
  readOutboxState,
  type Waiting,
} from '@koosco/payment-db/operators';
import { canaryText, isCanaryFresh } from '../canary-text';
import { type Config } from '../config';
import { type HealthLine, lineOf } from './health-line';

/** How long each may wait before somebody looks: a relay settles it in seconds when Toss answers. */
const PATIENCE_MS = 5 * 60_000;
const EVENT_PATIENCE_MS = 60_000;

const looks: readonly {
  readonly name: string;
  readonly word: string;
  readonly patienceMs: number;
  readonly look: (reader: HealthReader) => Promise<Waiting>;
}[] = [
  { name: 'attempts', word: 'under way or unclear', patienceMs: PATIENCE_MS, look: (reader) => reader.attempts() },
  { name: 'refunds', word: 'open', patienceMs: PATIENCE_MS, look: (reader) => reader.refunds() },
  { name: 'charges', word: 'to be given back', patienceMs: PATIENCE_MS, look: (reader) => reader.unappliedCharges() },
  { name: 'outbox', word: 'pending', patienceMs: EVENT_PATIENCE_MS, look: (reader) => reader.pendingEvents() },
];

export async function databaseLines(config: Config, now: () => Date): Promise<readonly HealthLine[]> {
  const opened = openHealthReader(databaseOptionsOf(config));
  const lines = await Promise.all(
    looks.map(({ name, word, patienceMs, look }) =>
      lineOf(name, async () => shown(await look(await opened), word, patienceMs, now())),
    ),
  );
  await opened.then((reader) => reader.close()).catch(() => undefined);
  const canary = await lineOf('canary', async () => {
    const state = await readOutboxState(databaseOptionsOf(config));
    return { state: isCanaryFresh(state.canary) ? 'fine' : 'wrong', text: canaryText(state.canary) };
  });
  return [...lines, canary];
}

function shown(waiting: Waiting, word: string, patienceMs: number, now: Date): Omit<HealthLine, 'name'> {
  const { count, krw, oldestAt } = waiting;
  if (count === 0 || oldestAt === null) return { state: 'fine', text: `none ${word}` };
  const ageMs = Math.max(0, now.getTime() - oldestAt.getTime());
  const sum = krw > 0n ? ` over ${won(krw)}` : '';
  const text = `${count} ${word}${sum}, the oldest for ${Math.round(ageMs / 1_000)} s`;
  return { state: ageMs > patienceMs ? 'wrong' : 'fine', text };
}
