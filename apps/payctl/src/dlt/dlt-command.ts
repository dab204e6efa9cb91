import { databaseOptionsOf, missingRights, rightsToDecide } from '@koosco/payment-db/operators';
import { RecordProducer } from '@koosco/payment-kafka';
import { type Change } from '../change';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { rightsText } from '../rights-text';
import { headersOf, obstacleOf } from './dead-letter';
import { DeadLetterBox, type DecidedLetter } from './dead-letter-box';
import { shownLetter } from './shown-letter';

/** Which dead letters are meant: those to which all that is given applies. */
export interface Selection {
  readonly places: readonly string[];
  /** A part of the reason. */
  readonly reason: string | undefined;
  readonly orderId: string | undefined;
  readonly since: Date;
  /** Those about which somebody has decided too. */
  readonly decided: boolean;
}

export type DltRequest = Streams & {
  readonly config: Config;
  readonly selection: Selection;
  readonly json: boolean;
} & ({ readonly verb: 'list' | 'show' } | { readonly verb: 'replay' | 'discard'; readonly change: Change });

/** `payctl dlt …`. @returns the exit code; what could not be read or written is said, never thrown. */
export async function dltCommand(request: DltRequest): Promise<number> {
  const { config, selection, complain } = request;
  const missing = await missingFor(request);
  if (missing !== null) {
    complain(`payctl: refused, and nothing was done: ${missing}`);
    return exitCodes.unread;
  }
  const box = await DeadLetterBox.open(config);
  try {
    const all = await box.letters(selection.since);
    const chosen = all.filter((letter) => isChosen(letter, selection));
    const unknown = selection.places.filter((place) => !all.some((letter) => letter.place === place));
    if (unknown.length > 0) {
      complain(`payctl: there is no dead letter of ${unknown.join(', ')}; payctl dlt list shows all places`);
      return exitCodes.notFound;
    }
    const isReading = request.verb === 'list' || request.verb === 'show';
    if (!isReading && box.undecided !== null) throw box.undecided;
    const code = await carryOut(request, box, chosen, all);
    if (box.undecided === null) return code;
    complain(`payctl: what was decided about them could not be read: ${reasonOf(box.undecided)}`);
    return exitCodes.unread;
  } catch (error) {
    complain(`payctl: the dead letters could not be read or dealt with: ${reasonOf(error)}`);
    return exitCodes.unread;
  } finally {
    await box.close();
  }
}

/** What keeps this account from writing a decision down; null where nothing is written, or nothing keeps it. */
async function missingFor(request: DltRequest): Promise<string | null> {
  if (!('change' in request) || request.change.why === undefined) return null;
  try {
    const missing = await missingRights(databaseOptionsOf(request.config), rightsToDecide);
    return missing.length === 0 ? null : rightsText(missing);
  } catch (error) {
    return `the database could not be read: ${reasonOf(error)}`;
  }
}

function isChosen(letter: DecidedLetter, { places, reason, orderId, decided }: Selection): boolean {
  if (places.length > 0) return places.includes(letter.place);
  if (reason !== undefined && !letter.reason.includes(reason)) return false;
  if (orderId !== undefined && letter.orderId !== orderId) return false;
  return decided || letter.decision === null;
}

async function carryOut(
  request: DltRequest,
  box: DeadLetterBox,
  chosen: readonly DecidedLetter[],
  all: readonly DecidedLetter[],
): Promise<number> {
  const { json, print } = request;
  switch (request.verb) {
    case 'list':
      return list(chosen, json, print);
    case 'show':
      for (const letter of chosen) print(json ? JSON.stringify(shownLetter(letter)) : shownLetter(letter).text);
      return exitCodes.fine;
    case 'discard':
      return discard(request, box, chosen);
    case 'replay':
      return replay(request, box, chosen, all);
  }
}

function list(chosen: readonly DecidedLetter[], json: boolean, print: (text: string) => void): number {
  for (const letter of chosen) {
    const { place, at, reason, orderId, decision } = letter;
    if (json) {
      print(JSON.stringify({ place, parkedAt: letter.parkedAt, at, reason, orderId, decision }));
      continue;
    }
    const decided = decision === null ? '' : `  (${decision.action} by ${decision.operator}: ${decision.reason})`;
    const order = orderId === null ? '' : `order ${orderId}: `;
    print(`${at.toISOString()}  ${place}  ${order}${firstLine(reason)}${decided}`);
  }
  if (!json) print(`${chosen.length} dead ${chosen.length === 1 ? 'letter' : 'letters'}`);
  return exitCodes.fine;
}

/** A reason names fields, and may be as long as a book. */
function firstLine(reason: string): string {
  return reason.length > 160 ? `${reason.slice(0, 160)}…` : reason;
}

async function discard(
  { print, change, complain }: Extract<DltRequest, { verb: 'replay' | 'discard' }>,
  box: DeadLetterBox,
  chosen: readonly DecidedLetter[],
): Promise<number> {
  const { why, operator } = change;
  for (const { place, reason } of chosen)
    print(`${why === undefined ? 'would discard' : 'discards'} ${place}: ${firstLine(reason)}`);
  if (why === undefined) {
    complain(dryRun('discard', chosen.length));
    return exitCodes.fine;
  }
  await box.actions.record(chosen.map(({ place }) => ({ action: 'discard', target: place, operator, reason: why })));
  print(`${chosen.length} discarded; their letters stay in their topic`);
  return exitCodes.fine;
}

async function replay(
  { print, change, complain }: Extract<DltRequest, { verb: 'replay' | 'discard' }>,
  box: DeadLetterBox,
  chosen: readonly DecidedLetter[],
  all: readonly DecidedLetter[],
): Promise<number> {
  const { why, operator } = change;
  const going: DecidedLetter[] = [];
  let refused = 0;
  for (const letter of chosen) {
    const obstacle = obstacleOf(letter) ?? behindAnother(letter, all, going);
    if (obstacle === null) going.push(letter);
    else {
      refused += 1;
      print(`refuses ${letter.place}: ${obstacle}`);
    }
  }
  for (const { place, decision } of going) {
    const again = decision?.action === 'replay' ? ', again' : '';
    print(`${why === undefined ? 'would replay' : 'replays'} ${place}${again}`);
  }
  const code = refused > 0 ? exitCodes.contradiction : exitCodes.fine;
  if (why === undefined) {
    complain(dryRun('replay', going.length));
    return code;
  }
  const producer = await RecordProducer.connect(box.kafka);
  try {
    for (const { place, record } of going) {
      if (record === null) continue;
      // Written down first: whoever is cut off here finds it decided, and may replay it again without harm.
      await box.actions.record([{ action: 'replay', target: place, operator, reason: why }]);
      const headers = { ...headersOf(record), 'dlt-replayed-from': place };
      await producer.send(record.topic, [
        { key: record.key, value: record.value, headers, partition: record.partition },
      ]);
    }
  } finally {
    await producer.close();
  }
  print(`${going.length} replayed, ${refused} refused`);
  return code;
}

/** Records of one key are dealt with in their order. */
function behindAnother(
  letter: DecidedLetter,
  all: readonly DecidedLetter[],
  going: readonly DecidedLetter[],
): string | null {
  const { record } = letter;
  const key = record?.key;
  if (!record || key === null || key === undefined) return null;
  const earlier = all.find(
    (other) =>
      other.decision === null &&
      other.record?.topic === record.topic &&
      other.record.partition === record.partition &&
      other.record.offset < record.offset &&
      other.record.key?.equals(key) === true &&
      !going.includes(other),
  );
  return earlier === undefined ? null : `${earlier.place} of the same key comes first: replay or discard that before`;
}

function dryRun(verb: string, count: number): string {
  if (count === 0) return `Nothing was done: there is none to ${verb}.`;
  return `Nothing was done. To ${verb} ${count === 1 ? 'it' : `these ${count}`}, say why: --why "…"`;
}
