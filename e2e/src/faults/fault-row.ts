import { type Shopping, type Told } from './shopping';

/** What a row of the table says, in words that are the same in every run. */
export interface Facts {
  /** What the caller is told first. */
  readonly answer: string;
  /** What is told to those who ask again once all is settled, where the first answer was no success. */
  readonly again: string;
  /** At Toss, by its ledger. */
  readonly money: string;
  /** Beyond `payment.created`. */
  readonly events: string;
  /** The status that is read at the end, with whatever is still open. */
  readonly end: string;
}

export interface FaultRow {
  readonly request: 'confirm' | 'cancel';
  /** In plain words, for the table; they name the test, too. */
  readonly fault: string;
  readonly facts: Facts;
  /** Before anything fails; goes through the payment window for a confirm, and pays for a cancel, unless it is given. */
  readonly prepare?: (shopping: Shopping) => Promise<void>;
  /** Lets the fault begin. */
  readonly cause?: (shopping: Shopping) => Promise<void>;
  /** The request, where it is more than that. */
  readonly ask?: (shopping: Shopping) => Promise<Told>;
  /** What happens after the first answer. */
  readonly then?: (shopping: Shopping) => Promise<void>;
  /** Waits until nothing is left to be done, where waiting is not enough. */
  readonly settle?: (shopping: Shopping) => Promise<void>;
}

/** Rows whose faults do not disturb one another, side by side. */
export interface FaultGroup {
  readonly title: string;
  readonly rows: readonly FaultRow[];
  /** When all orders are prepared, before the first request. */
  readonly begin?: () => Promise<unknown>;
  /** Beside the requests. */
  readonly meanwhile?: () => Promise<void>;
  /** When all have their first answer. */
  readonly answered?: () => Promise<unknown>;
}

export interface SeenRow extends Facts {
  /** From the request until nothing was left to be done, each event in Kafka; what the request's repetition took is not counted. */
  readonly seconds: number;
}

/** A row, and the order to which it happens. */
export interface Case {
  readonly row: FaultRow;
  readonly shopping: Shopping;
}

/** Lets the rows of a group happen. One promise a row, in their order: that one fails says nothing about the others. */
export function observe(group: FaultGroup, cases: readonly Case[]): readonly Promise<SeenRow>[] {
  const prepared = Promise.all(cases.map(prepare));
  const begun = prepared.then(() => group.begin?.());
  const meanwhile = begun.then(() => group.meanwhile?.());
  const first = cases.map(async ({ row, shopping }) => {
    await begun;
    await row.cause?.(shopping);
    const startedAt = performance.now();
    const told = await (row.ask ?? ask(row))(shopping);
    return { row, shopping, told, startedAt };
  });
  // Only where something ends for all of them does one row wait for another.
  const isOver =
    group.answered === undefined && group.meanwhile === undefined
      ? begun
      : Promise.allSettled(first).then(() => Promise.all([meanwhile, group.answered?.()]));
  const seen = first.map(async (answered): Promise<SeenRow> => {
    const { row, shopping, told, startedAt } = await answered;
    await isOver;
    await shopping.recover();
    await row.then?.(shopping);
    const settle = row.settle ?? ((one: Shopping) => one.settled());
    await settle(shopping);
    const seconds = (performance.now() - startedAt) / 1_000;
    const again = told.status < 300 ? '—' : await askAgain(row, shopping, told);
    const [money, end] = [await shopping.money(), await shopping.end()];
    return { answer: told.words, again, money, events: shopping.eventsAfterCreation(), end, seconds };
  });
  // Each is awaited by its test, which may come later than its failure.
  for (const one of [...first, ...seen, meanwhile, isOver]) one.catch(() => undefined);
  return seen;
}

/**
 * As docs/errors.md tells: the same again, but a new cancel where an answer said that the money stayed, and another
 * payment window where it said that this one is over.
 */
async function askAgain(row: FaultRow, shopping: Shopping, first: Told): Promise<string> {
  const words: string[] = [];
  for (let last = first; last.status >= 300 && words.length < 2;) {
    if (last.words.endsWith('outcome charged')) shopping.wishAnew();
    if (last.words.startsWith('400 PAYMENT-400-004') && !(await shopping.reopenWindow())) {
      words.push('Toss opens no other window');
      break;
    }
    last = await ask(row)(shopping);
    words.push(last.words);
  }
  await shopping.settled();
  return words.join(', then ');
}

function prepare({ row, shopping }: Case): Promise<void> {
  if (row.prepare !== undefined) return row.prepare(shopping);
  return row.request === 'confirm' ? shopping.authenticate() : shopping.pay();
}

function ask({ request }: FaultRow): (shopping: Shopping) => Promise<Told> {
  return (shopping) => shopping[request]();
}
