import { describe, expect, it } from '@jest/globals';
import { OrderId } from '@koosco/payment-domain';
import { type Movement, type MovementsReading } from '../ports/gateway/gateway-books';
import { type Hint } from '../ports/hint-inbox';
import { FakeClock } from '../testing/fake-clock';
import { ReadBooksUseCase } from './read-books-use-case';

const HOUR_MS = 3_600_000;

function world(all: Movement[]) {
  const clock = new FakeClock();
  const state = {
    readUntil: null as Date | null,
    known: new Set<string>(),
    reachable: true,
    failsAfterPages: Infinity,
  };
  const hints: Hint[] = [];
  let pages = 0;
  const books = {
    movements: ({ from, to, after, limit }: { from: Date; to: Date; after: string | null; limit: number }) => {
      pages += 1;
      if (!state.reachable || pages > state.failsAfterPages) {
        return Promise.resolve<MovementsReading>({ kind: 'unknown', reason: 'away' });
      }
      const inRange = all.filter(({ at }) => at !== null && at >= from && at <= to);
      const start = after === null ? 0 : inRange.findIndex((row) => row.pgTransactionId === after) + 1;
      return Promise.resolve<MovementsReading>({ kind: 'read', movements: inRange.slice(start, start + limit) });
    },
  };
  const read = {
    readUntil: () => Promise.resolve(state.readUntil),
    moveTo: (to: Date) => Promise.resolve(void (state.readUntil = to)),
    unknownOf: (rows: readonly { pgTransactionId: string }[]) =>
      Promise.resolve(new Set(rows.map((row) => row.pgTransactionId).filter((id) => !state.known.has(id)))),
  };
  const inbox = { keep: (hint: Hint) => Promise.resolve(void hints.push(hint)) };
  const useCase = new ReadBooksUseCase(books, read, inbox, clock, (id) => `hint-${id}`);
  return { clock, state, hints, useCase };
}

const row = (id: string, at: Date, orderId: bigint | null = 1n): Movement => ({
  ...{ pgTransactionId: id, status: 'CANCELED', at, orderId: orderId === null ? null : OrderId.of(orderId) },
  ...{ paymentKey: 'key', kind: 'refund', amount: 1_000n },
});

describe('reading the books', () => {
  it('hints at what no record knows, and leaves the rest alone', async () => {
    const now = new FakeClock().now();
    const { useCase, state, hints } = world([row('known', now), row('new', now), row('foreign', now, null)]);
    state.known.add('known');
    expect(await useCase.round()).toMatchObject({ movements: 3, hinted: [{ pgTransactionId: 'new' }], readUntil: now });
    expect(hints).toEqual([{ hintId: 'hint-new', kind: 'TRANSACTION', orderId: 1n, status: 'CANCELED' }]);
  });

  it('goes on where it stopped, also days later, and reads the last minutes again for rows that came late', async () => {
    const all: Movement[] = [];
    const { useCase, clock, hints } = world(all);
    const before = clock.now();
    await useCase.round();
    await clock.advance(50 * HOUR_MS);
    all.push(row('late', new Date(before.getTime() - 60_000)), row('on the way', new Date(before.getTime() + HOUR_MS)));
    await useCase.round();
    expect(hints.map(({ hintId }) => hintId)).toEqual(['hint-late', 'hint-on the way']);
  });

  it('takes nothing for read that it could not read', async () => {
    const { useCase, state, clock } = world([]);
    state.reachable = false;
    expect(await useCase.round()).toMatchObject({ readUntil: null });
    state.reachable = true;
    await useCase.round();
    const readUntil = state.readUntil;
    state.reachable = false;
    await clock.advance(HOUR_MS);
    expect(await useCase.round()).toMatchObject({ readUntil });
    expect(state.readUntil).toBe(readUntil);
  });

  it('keeps the pages it has read when a later one fails', async () => {
    const now = new FakeClock().now();
    const all = Array.from({ length: 2_500 }, (_, index) => row(`t${index}`, new Date(now.getTime() - 2_500 + index)));
    const { useCase, state, hints } = world(all);
    state.failsAfterPages = 2;
    expect(await useCase.round()).toMatchObject({ movements: 2_000, readUntil: all[1_999]!.at });
    state.failsAfterPages = Infinity;
    await useCase.round();
    expect(new Set(hints.map(({ hintId }) => hintId)).size).toBe(2_500);
  });
});
