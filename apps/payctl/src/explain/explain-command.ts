import { type CaseFile, type CaseReference, databaseOptionsOf, openCaseFiles } from '@koosco/payment-db/operators';
import { maskPaymentKey } from '@koosco/payment-telemetry';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { explain } from './explain';
import { type Explanation } from './explanation';
import { readToss } from './toss-reading';

export interface ExplainRequest {
  readonly reference: string;
  readonly json: boolean;
  readonly config: Config;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const ORDER_ID = /^[1-9][0-9]{0,18}$/;
const ORDER_ID_MAX = 2n ** 63n - 1n;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `payctl explain`. @returns the exit code; what could not be read is said, never thrown. */
export async function explainCommand(request: ExplainRequest): Promise<number> {
  const { reference: given, config, json, print, complain } = request;
  const toss = new TossClient(tossClientConfig(config.toss));
  const reference = await referenceOf(given, toss);
  if (typeof reference === 'string') {
    complain(`payctl: ${reference}`);
    return exitCodes.unread;
  }
  let file: CaseFile | null;
  try {
    file = await readCase(reference, config);
  } catch (error) {
    complain(`payctl: the database could not be read: ${reasonOf(error)}\n${whatToDo(config)}`);
    return exitCodes.unread;
  }
  if (file === null) {
    complain(`payctl: nothing is known about ${shown(given)}: no payment, no cancelled order, no webhook`);
    return exitCodes.notFound;
  }
  const explanation = explain(file, await readToss(file, toss), new Date());
  print(json ? JSON.stringify(explanation) : asText(explanation));
  return exitCodeOf(explanation);
}

async function readCase(reference: CaseReference, config: Config): Promise<CaseFile | null> {
  const files = await openCaseFiles(databaseOptionsOf(config));
  try {
    return await files.find(reference);
  } finally {
    await files.close();
  }
}

/** Only Toss finds a payment by its key in one look; its answer names our order. @returns why not, where it cannot. */
async function referenceOf(given: string, toss: TossClient): Promise<CaseReference | string> {
  if (ORDER_ID.test(given) && BigInt(given) <= ORDER_ID_MAX) return { kind: 'order', orderId: BigInt(given) };
  if (UUID.test(given)) return { kind: 'payment', paymentId: given.toLowerCase() };
  const answer = await toss.getByPaymentKey(given);
  if (answer.kind === 'ok') return { kind: 'pg-order', pgOrderId: answer.value.orderId };
  const why = answer.kind === 'error' ? answer.code : `${answer.phase} (${answer.cause})`;
  return `Toss does not say whose ${shown(given)} is: ${why}. Ask by the order id or the payment id instead`;
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

/** What was typed may be a payment key, and what is printed may be kept. */
function shown(given: string): string {
  return ORDER_ID.test(given) || UUID.test(given) ? given : maskPaymentKey(given);
}

function whatToDo({ DB_HOST, DB_PORT, DB_NAME, DB_USERNAME }: Config): string {
  return `It was looked for as ${DB_USERNAME} at ${DB_HOST}:${DB_PORT}, database ${DB_NAME}; the account needs SELECT on the payment tables.`;
}
