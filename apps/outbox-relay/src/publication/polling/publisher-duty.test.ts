import { describe, expect, it, jest } from '@jest/globals';
import { type OutboxPublication, type PendingRow } from '@koosco/payment-db';
import { createLogger } from '@koosco/payment-telemetry';
import { performance } from 'node:perf_hooks';
import { PUBLISHER_LEASE_MS, PublisherDuty, type PublisherDutyOptions } from './publisher-duty';

const rowOf = (id: bigint): PendingRow => ({
  id,
  topic: 't',
  key: `p${id}`,
  eventType: 'e',
  payload: '{}',
  traceParent: null,
});

describe('a relay that publishes', () => {
  it('sends nothing of what it had read when its lease was over for a while and another relay published', async () => {
    const all = Array.from({ length: 2_500 }, (_, index) => rowOf(BigInt(index + 1)));
    const pending = new Map(all.map((row) => [row.id, row]));
    const publication: OutboxPublication = {
      claimMode: (mode) => Promise.resolve(mode),
      changeMode: () => Promise.resolve(false),
      hold: () => Promise.resolve(true),
      release: () => Promise.resolve(),
      pending: (limit, except = []) =>
        Promise.resolve([...pending.values()].filter(({ id }) => !except.includes(id)).slice(0, limit)),
      published: (ids) => {
        for (const id of ids) pending.delete(id);
        return Promise.resolve(ids.length);
      },
    };
    let laterMs = 0;
    const now = performance.now.bind(performance);
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
    const stop = new AbortController();
    const sent: bigint[] = [];
    const producer: Awaited<ReturnType<PublisherDutyOptions['connect']>> = {
      sendTogether: (records) => {
        sent.push(...records.map(({ headers }) => BigInt(String(headers?.['id']))));
        if (laterMs === 0) {
          laterMs = PUBLISHER_LEASE_MS + 1;
          // What another one publishes and marks meanwhile, and what is new then.
          pending.clear();
          pending.set(9_999n, rowOf(9_999n));
        } else if (sent.includes(9_999n)) stop.abort();
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    try {
      await new PublisherDuty({
        publication,
        connect: () => Promise.resolve(producer),
        requireMode: () => Promise.resolve(),
        onPublished: () => undefined,
        logger: createLogger({ service: 'outbox-relay', level: 'error', destination: { write: () => true } }),
      }).run(stop.signal);
    } finally {
      clock.mockRestore();
    }
    expect(sent).toEqual([...all.slice(0, 1_000).map(({ id }) => id), 9_999n]);
  });
});
