import { z } from 'zod';
import { json, type ControlRoute } from './control-route';

/** The truth about money, and the end of it. */
export const ledgerRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/ledger',
    summary: 'Every movement of money as JSON lines, oldest first; the same rows as ledger.jsonl',
    query: z.object({ fromSeq: z.int().min(1).describe('The first row wanted; 1 by default') }),
    handle: async ({ query }, { state }) => {
      await state.settled();
      const from = Number(query.get('fromSeq') ?? 1);
      const rows = state.ledger.rows.slice(Number.isSafeInteger(from) && from >= 1 ? from - 1 : 0);
      return { kind: 'lines', lines: linesOf(rows) };
    },
  },
  {
    method: 'POST',
    path: '/__sim/reset',
    summary: 'Forget payments, money, idempotency keys, rules and webhooks, also on disk; clock and switches stay',
    handle: async (_request, { state }) => {
      await state.reset();
      return json({ reset: true });
    },
  },
];

function* linesOf(rows: readonly object[]): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}
