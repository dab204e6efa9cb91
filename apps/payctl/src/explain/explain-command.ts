import { type CaseReference } from '@koosco/payment-db/operators';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { caseReferencesOf, shownReference, whereItWasLookedFor } from '../case-reference';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { type FoundCase, readCase } from '../read-case';
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

/** `payctl explain`. @returns the exit code; what could not be read is said, never thrown. */
export async function explainCommand(request: ExplainRequest): Promise<number> {
  const { reference: given, config, json, print, complain } = request;
  const toss = new TossClient(tossClientConfig(config.toss));
  const references = await referencesOf(given, toss);
  if (typeof references === 'string') {
    complain(`payctl: ${references}`);
    return exitCodes.unread;
  }
  let found: FoundCase | null;
  try {
    found = await readCase(references, config);
  } catch (error) {
    complain(`payctl: the database could not be read: ${reasonOf(error)}\n${whereItWasLookedFor(config)}`);
    return exitCodes.unread;
  }
  if (found === null) {
    complain(`payctl: nothing is known about ${shownReference(given)}: no payment, no cancelled order, no webhook`);
    return exitCodes.notFound;
  }
  const { file } = found;
  const explanation = explain(file, await readToss(file, toss), new Date());
  print(json ? JSON.stringify(explanation) : asText(explanation));
  return exitCodeOf(explanation);
}

/** Only Toss finds a payment by its key in one look; its answer names our order. @returns why not, where it cannot. */
async function referencesOf(given: string, toss: TossClient): Promise<readonly CaseReference[] | string> {
  const ours = caseReferencesOf(given);
  if (ours.length > 0) return ours;
  const answer = await toss.getByPaymentKey(given);
  if (answer.kind === 'ok') return [{ kind: 'pg-order', pgOrderId: answer.value.orderId }];
  const why = answer.kind === 'error' ? answer.code : `${answer.phase} (${answer.cause})`;
  return `Toss does not say whose ${shownReference(given)} is: ${why}. Ask by the order id or the payment id instead`;
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
