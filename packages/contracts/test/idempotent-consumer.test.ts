import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ConsumerDatabase, type ConsumerTransaction, handleOnce } from '../examples/idempotent-consumer.js';
import { newPaymentEvent } from '../src/new-payment-event.js';
import { type SequenceState } from '../src/sequence.js';
import { serializePaymentEvent } from '../src/wire/serialize-payment-event.js';
import { packageRoot } from './sample-files.js';

describe('the recipe of the README', () => {
  it('stands there as it is tested here', () => {
    const recipe = readFileSync(join(packageRoot, 'examples', 'idempotent-consumer.ts'), 'utf8');
    expect(readFileSync(join(packageRoot, 'README.md'), 'utf8')).toContain(`\`\`\`ts\n${recipe}\`\`\``);
  });
});

describe('handleOnce', () => {
  it('has every effect once, whatever is redelivered, reordered or interrupted', async () => {
    const deliveries = fc.array(fc.record({ sequence: fc.integer({ min: 1, max: 5 }), crash: crashPoint }), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(deliveries, async (attempts) => {
        const ledger = new Ledger();
        for (const { sequence, crash } of attempts) {
          const outcome = handleOnce(ledger.crashingAt(crash), messageOf(sequence), addToLedger);
          await (crash === undefined ? outcome : outcome.catch(() => undefined));
        }
        // At least once means: whoever crashed is delivered again.
        for (const { sequence } of attempts) await handleOnce(ledger, messageOf(sequence), addToLedger);
        const distinct = new Set(attempts.map(({ sequence }) => sequence));
        expect([...ledger.rows.effects].sort()).toEqual([...distinct].sort());
        const unseen = Array.from({ length: Math.max(0, ...distinct) }, (_, i) => i + 1).filter(
          (n) => !distinct.has(n),
        );
        const missing = ledger.rows.sequences.get(paymentId)?.missing ?? [];
        expect(missing.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))).toEqual(
          unseen,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('tells a gap and a latecomer', async () => {
    const ledger = new Ledger();
    const answers = [];
    for (const sequence of [1, 3, 2, 2]) answers.push(await handleOnce(ledger, messageOf(sequence), addToLedger));
    expect(answers).toMatchObject([
      { kind: 'done', isGap: false, isLate: false },
      { kind: 'done', isGap: true },
      { kind: 'done', isLate: true },
      { kind: 'duplicate' },
    ]);
  });

  it('touches the database for nothing else', async () => {
    const ledger = new Ledger();
    expect(await handleOnce(ledger, { value: Buffer.from('{"type":"payment.blessed"}') }, addToLedger)).toEqual({
      kind: 'skipped',
    });
    expect(await handleOnce(ledger, { value: null }, addToLedger)).toMatchObject({
      kind: 'dead-letter',
      reasons: [{ field: 'value' }],
    });
    expect(ledger.transactions).toBe(0);
  });
});

const paymentId = '0b7e6f3a-2c1d-4e5f-8a9b-0c1d2e3f4a5b';
const crashPoint = fc.constantFrom(undefined, 'insertProcessedEvent', 'sequenceOf', 'saveSequence', 'effect', 'commit');

function messageOf(sequence: number) {
  const data = { paymentId, orderId: 7n, sequence, correlationId: '7', causationId: 'c' };
  const event = newPaymentEvent('payment.created', { id: `event-${sequence}`, time: new Date(0), data });
  return { value: Buffer.from(serializePaymentEvent(event)) };
}

const addToLedger = (tx: LedgerTransaction, event: { data: { sequence: number } }) => tx.addEffect(event.data.sequence);

interface Rows {
  readonly keys: Set<string>;
  readonly sequences: Map<string, SequenceState>;
  readonly effects: number[];
}

interface LedgerTransaction extends ConsumerTransaction {
  addEffect(sequence: number): Promise<void>;
}

/** A database as small as they come: a transaction works on a copy, and committing puts the copy in place. */
class Ledger implements ConsumerDatabase<LedgerTransaction> {
  rows: Rows = { keys: new Set(), sequences: new Map(), effects: [] };
  transactions = 0;

  crashingAt(point: string | undefined): ConsumerDatabase<LedgerTransaction> {
    return { transaction: (work) => this.transaction(work, point) };
  }

  async transaction<T>(work: (tx: LedgerTransaction) => Promise<T>, crashAt?: string): Promise<T> {
    this.transactions++;
    const rows: Rows = structuredClone(this.rows);
    const step = <R>(name: string, result: R): Promise<R> =>
      name === crashAt ? Promise.reject(new Error(`crashed at ${name}`)) : Promise.resolve(result);
    const result = await work({
      insertProcessedEvent: (key) => step('insertProcessedEvent', !rows.keys.has(key) && rows.keys.add(key).has(key)),
      sequenceOf: (id) => step('sequenceOf', rows.sequences.get(id)),
      saveSequence: async (id, state) => {
        rows.sequences.set(id, state);
        await step('saveSequence', undefined);
      },
      addEffect: async (sequence) => {
        rows.effects.push(sequence);
        await step('effect', undefined);
      },
    });
    await step('commit', undefined);
    this.rows = rows;
    return result;
  }
}
