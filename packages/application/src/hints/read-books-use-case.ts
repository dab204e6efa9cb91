import { type Clock } from '../ports/clock';
import { type GatewayBooks, type Movement } from '../ports/gateway/gateway-books';
import { type HintInbox } from '../ports/hint-inbox';
import { type ReadBooks } from '../ports/read-books';
import { HINT_WINDOW_MS } from './follow-hints-use-case';

/** Rows appear up to a minute late, and clocks differ: so much is read again each time. */
const AGAIN_MS = 3 * 60_000;
/** Where nothing was read before: for as long Toss sends a webhook again, about. */
const FIRST_MS = 4 * 24 * 60 * 60_000;
const ROWS_PER_PAGE = 1_000;
/** Of one round, so that it ends: the next one goes on. */
const PAGES_MAX = 50;

/** What a round has read. */
export interface BooksRound {
  readonly movements: number;
  /** Of these orders something was found that nobody knew. */
  readonly hinted: readonly Movement[];
  /** The books are read up to here; null where they could not be read at all. */
  readonly readUntil: Date | null;
}

/**
 * Reads the gateway's books for what no webhook told us: money that moved and is known to no record of its order becomes a hint,
 * which is followed as a webhook's is. So a lost webhook costs a minute and not the money.
 */
export class ReadBooksUseCase {
  constructor(
    private readonly books: GatewayBooks,
    private readonly read: ReadBooks,
    private readonly inbox: Pick<HintInbox, 'keep'>,
    private readonly clock: Pick<Clock, 'now'>,
    /** Names a hint by what moved: the same for the same transaction, 64 characters. */
    private readonly hintIdOf: (pgTransactionId: string) => string,
  ) {}

  /** Several at once do no harm: a hint is kept once. Nothing is taken for read before its hints are durable. */
  async round(): Promise<BooksRound> {
    const to = this.clock.now();
    const known = await this.read.readUntil();
    const from = known === null ? to.getTime() - FIRST_MS : known.getTime() - AGAIN_MS;
    const hinted: Movement[] = [];
    let [after, movements, readUntil]: [string | null, number, Date | null] = [null, 0, known];
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const reading = await this.books.movements({ from: new Date(from), to, after, limit: ROWS_PER_PAGE });
      if (reading.kind === 'unknown') break;
      const page = reading.movements;
      hinted.push(...(await this.#hint(page)));
      movements += page.length;
      // That a short page is the last one is nowhere promised.
      const isLast = page.length === 0;
      readUntil = isLast ? to : (page.at(-1)?.at ?? readUntil);
      if (readUntil !== null) await this.read.moveTo(readUntil);
      if (isLast) break;
      after = page.at(-1)?.pgTransactionId ?? null;
    }
    return { movements, hinted, readUntil };
  }

  async #hint(page: readonly Movement[]): Promise<readonly Movement[]> {
    const ours = page.flatMap(({ orderId, ...rest }) => (orderId === null ? [] : [{ ...rest, orderId }]));
    if (ours.length === 0) return [];
    const unknown = await this.read.unknownOf(ours);
    const news = ours.filter(({ pgTransactionId }) => unknown.has(pgTransactionId));
    for (const { pgTransactionId, orderId, status } of news) {
      const hint = { hintId: this.hintIdOf(pgTransactionId), kind: 'TRANSACTION', orderId, status };
      await this.inbox.keep(hint, HINT_WINDOW_MS);
    }
    return news;
  }
}
