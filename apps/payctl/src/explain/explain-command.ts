import { type CaseFile, type CaseReference } from '@koosco/payment-db/operators';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { caseReferencesOf, shownReference, whereItWasLookedFor } from '../case/case-reference';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { type FoundCase, readCase } from '../case/read-case';
import { reasonOf } from '../reason-of';
import { explain } from './explain';
import { type Explanation } from './explanation';
import { saidByToss, wordsOfToss } from './said-by-toss';
import { placeOf, type TopicsReading } from './topics-reading';
import { readKey, readOrder, readToss, type TossReading } from './toss-reading';

export interface ExplainRequest {
  readonly reference: string;
  /** Whether to read Kafka too. */
  readonly topics: boolean;
  readonly json: boolean;
  readonly config: Config;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** `payctl explain`. @returns the exit code; what could not be read is said, never thrown. */
export async function explainCommand(request: ExplainRequest): Promise<number> {
  const { reference: given, config, json, print, complain } = request;
  const toss = new TossClient(tossClientConfig(config.toss));
  const named = await namedBy(given, toss);
  if (named.kind === 'nothing') {
    complain(`payctl: ${named.why}`);
    return named.code;
  }
  let found: FoundCase | null;
  try {
    found = await readCase(named.references, config);
  } catch (error) {
    const why = `the database could not be read: ${reasonOf(error)}`;
    const said = await saidWithoutCase(named, toss);
    const seen = request.topics ? await seenWithoutCase(named.references, config) : [];
    const verdict = [said, ...seen].join('\n');
    if (json) print(JSON.stringify({ timeline: [], findings: [{ kind: 'unread', text: why }], verdict }));
    else print(verdict);
    complain(`payctl: ${why}\n${whereItWasLookedFor(config)}`);
    return exitCodes.unread;
  }
  if (found === null) {
    complain(`payctl: nothing is known about ${shownReference(given)}: no payment, no cancelled order, no webhook`);
    return request.topics ? unknownOnTopics(named.references, config, complain) : exitCodes.notFound;
  }
  const { file } = found;
  const now = new Date();
  const [readings, topics] = await Promise.all([
    readToss(file, toss),
    request.topics ? topicsOf(file, config, now) : null,
  ]);
  const explanation = explain(file, readings, now, topics);
  print(json ? JSON.stringify(explanation) : asText(explanation));
  return exitCodeOf(explanation);
}

/** A client of Kafka takes longer to load than the rest of an answer takes. */
async function topicsOf(file: CaseFile, { SPRING_KAFKA_BOOTSTRAP_SERVERS }: Config, now: Date): Promise<TopicsReading> {
  const { readCaseTopics } = await import('./read-case-topics.js');
  return readCaseTopics(file, SPRING_KAFKA_BOOTSTRAP_SERVERS, now);
}

/** An order that somebody placed and nobody consumed is not one that nobody knows. */
async function unknownOnTopics(
  references: readonly CaseReference[],
  config: Config,
  complain: (text: string) => void,
): Promise<number> {
  const reading = await lateOrder(references, config);
  if (reading === null) return exitCodes.notFound;
  if (reading.kind === 'unread') {
    complain(`Kafka did not tell: ${reading.why}`);
    return exitCodes.unread;
  }
  if (reading.records.length === 0) {
    complain('Nor did any event with its key come within the last hour');
    return exitCodes.notFound;
  }
  for (const record of reading.records)
    complain(`✗ a record with its key is on ${placeOf(record)}, and is not consumed`);
  complain('If it is no dead letter (payctl dlt list), order-consumer has not come to it (payctl health)');
  return exitCodes.contradiction;
}

/** Without the times that the database has, only what came lately can be found. */
async function seenWithoutCase(references: readonly CaseReference[], config: Config): Promise<readonly string[]> {
  const reading = await lateOrder(references, config);
  if (reading === null) return [];
  if (reading.kind === 'unread') return [`Kafka did not tell: ${reading.why}`];
  const places = reading.records.map(placeOf);
  return [`Kafka alone says: within the last hour ${places.length === 0 ? 'nothing' : places.join(', ')}`];
}

/** The events of an order among those of the last hour; null for what is no order. */
async function lateOrder(
  [reference]: readonly CaseReference[],
  { SPRING_KAFKA_BOOTSTRAP_SERVERS }: Config,
): Promise<TopicsReading | null> {
  if (reference?.kind !== 'order') return null;
  const { readLateOrder } = await import('./read-case-topics.js');
  return readLateOrder(reference.orderId, SPRING_KAFKA_BOOTSTRAP_SERVERS, new Date());
}

type Named =
  | { readonly kind: 'case'; readonly references: readonly CaseReference[]; readonly reading: TossReading | null }
  | { readonly kind: 'nothing'; readonly why: string; readonly code: number };

/** Only Toss finds a payment by its key in one look; its answer names our order. */
async function namedBy(given: string, toss: TossClient): Promise<Named> {
  const ours = caseReferencesOf(given);
  if (ours.length > 0) return { kind: 'case', references: ours, reading: null };
  const reading = await readKey(given, toss);
  const key = shownReference(given);
  switch (reading.kind) {
    case 'payment':
      return { kind: 'case', references: [{ kind: 'pg-order', pgOrderId: reading.payment.orderId }], reading };
    case 'nothing':
      return { kind: 'nothing', why: `Toss knows no payment with the key ${key}`, code: exitCodes.notFound };
    case 'unread': {
      const why = `Toss does not say whose ${key} is: ${reading.why}. Ask by the order id or the payment id instead`;
      return { kind: 'nothing', why, code: exitCodes.unread };
    }
  }
}

/** Without the database's attempts only the order, or the key that was typed, can be asked about. */
async function saidWithoutCase(
  { references, reading }: Extract<Named, { readonly kind: 'case' }>,
  toss: TossClient,
): Promise<string> {
  if (reading !== null) return `Toss alone says: ${saidByToss(reading)}`;
  const [first] = references;
  if (first?.kind !== 'order') return 'Toss alone cannot be asked about a payment by our own id';
  return `Toss alone says: order ${first.orderId} ${wordsOfToss(await readOrder(first.orderId, toss))}`;
}

/** A line a moment, then what was found, then the verdict. */
function asText({ timeline, findings, verdict }: Explanation): string {
  const width = Math.max(...timeline.map(({ source }) => source.length));
  const moments = timeline.map(({ at, source, text }) => `${timeOf(at, source)}  ${source.padEnd(width)}  ${text}`);
  const marks = { contradiction: '✗', open: '…', unread: '?' } as const;
  const marked = findings.map(({ kind, text }) => `${marks[kind]} ${text}`);
  return [...moments, '', ...marked, verdict].join('\n');
}

/** Toss and the outbox tell whole seconds. */
function timeOf(at: Date, source: string): string {
  const iso = at.toISOString();
  return source === 'toss' || source === 'event' ? `${iso.slice(0, 19)}Z    ` : iso;
}

function exitCodeOf({ findings }: Explanation): number {
  const kinds = new Set(findings.map(({ kind }) => kind));
  if (kinds.has('contradiction')) return exitCodes.contradiction;
  return kinds.has('unread') ? exitCodes.unread : exitCodes.fine;
}
