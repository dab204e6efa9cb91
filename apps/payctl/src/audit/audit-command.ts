import {
  type AroundEvent,
  type AuditCounts,
  type AuditFinding,
  AuditUseCase,
  BooksUnread,
  differencesOfPublication,
  type PublishedRecord,
  unexplainedKrw,
} from '@koosco/payment-application';
import { won } from '@koosco/payment-application/records';
import { databaseOptionsOf, openAuditReader } from '@koosco/payment-db/operators';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { TossBooks } from '@koosco/toss-client/gateway';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { readPublished } from './read-published';

export interface AuditRequest {
  readonly from: Date;
  readonly to: Date;
  /** Whether to read the topics too. */
  readonly topics: boolean;
  readonly json: boolean;
  readonly config: Config;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Records have the time of the event or of the broker, which differ by less. */
const AROUND_MS = 5 * 60_000;

/** `payctl audit`. @returns the exit code; what could not be read is said, never thrown. */
export async function auditCommand(request: AuditRequest): Promise<number> {
  const { from, to, config, json, print, complain } = request;
  const findings: AuditFinding[] = [];
  const counts = noCounts();
  const events = new Map<bigint, AroundEvent>();
  let goneTo = from;
  try {
    const reader = await openAuditReader(databaseOptionsOf(config));
    try {
      const audit = new AuditUseCase(new TossBooks(new TossClient(tossClientConfig(config.toss))), reader);
      for await (const window of audit.windows(from, to)) {
        findings.push(...window.findings);
        add(counts, window.counts);
        // A window's neighbours come again with the next one.
        for (const event of window.events) {
          if (event.isWithin || !events.has(event.id)) events.set(event.id, event);
        }
        goneTo = window.to;
      }
    } finally {
      await reader.close();
    }
  } catch (error) {
    report({ ...request, to: goneTo, isWhole: false }, counts, null, findings);
    const what = error instanceof BooksUnread ? error.message : `the database could not be read: ${reasonOf(error)}`;
    complain(`payctl: ${what}\nGo on with --from ${goneTo.toISOString()} --to ${to.toISOString()}`);
    return exitCodes.unread;
  }
  let records: readonly PublishedRecord[] | null = null;
  if (request.topics) {
    try {
      records = await readPublished(config.SPRING_KAFKA_BOOTSTRAP_SERVERS, new Date(from.getTime() - AROUND_MS));
    } catch (error) {
      report({ ...request, isWhole: false }, counts, null, findings);
      complain(`payctl: the topics could not be read: ${reasonOf(error)}\nLeave them out with --without-topics`);
      return exitCodes.unread;
    }
    const differences = differencesOfPublication([...events.values()], records, new Date());
    findings.push(...differences.map((difference) => ({ ...difference, orderId: null, krw: 0n, gap: null })));
  }
  report({ from, to, json, print, isWhole: true }, counts, records, findings);
  return findings.some(({ kind }) => kind === 'unexplained') ? exitCodes.contradiction : exitCodes.fine;
}

function report(
  {
    from,
    to,
    json,
    print,
    isWhole,
  }: Pick<AuditRequest, 'from' | 'to' | 'json' | 'print'> & { readonly isWhole: boolean },
  counts: AuditCounts,
  records: readonly PublishedRecord[] | null,
  findings: readonly AuditFinding[],
): void {
  const unexplained = findings.filter(({ kind }) => kind === 'unexplained');
  const unexplainedSum = unexplainedKrw(findings);
  if (json) {
    const whole = {
      from,
      to,
      counts: { ...counts, records: records?.length ?? null },
      unexplainedKrw: unexplainedSum,
      findings,
    };
    print(JSON.stringify(whole, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
    return;
  }
  const { payments, events, charges, chargedKrw, refunds, refundedKrw, foreign, foreignKrw } = counts;
  const kafka = records === null ? 'Kafka was not read' : `${records.length} records on Kafka`;
  print(`from ${from.toISOString()} to ${to.toISOString()}: ${payments} payments, ${events} events, ${kafka}`);
  print(`${charges} charges over ${won(chargedKrw)}, ${refunds} refunds over ${won(refundedKrw)}`);
  if (foreign > 0) print(`${foreign} movements over ${won(foreignKrw)} are of orders that are not ours`);
  for (const { kind, orderId, krw, text } of findings) {
    const mark = kind === 'unexplained' ? '✗' : '…';
    print(`${mark} ${orderId === null ? '' : `order ${orderId}: `}${text}${krw > 0n ? ` (${won(krw)})` : ''}`);
  }
  const inFindings = unexplained.length === 0 ? '' : ` in ${unexplained.length} findings`;
  print(`${won(unexplainedSum)} unexplained${inFindings}${isWhole ? '' : ' of what could be read'}`);
}

function noCounts(): AuditCounts {
  return {
    ...{ payments: 0, events: 0, charges: 0, chargedKrw: 0n, refunds: 0, refundedKrw: 0n, foreign: 0, foreignKrw: 0n },
  };
}

function add(sum: AuditCounts, more: AuditCounts): void {
  for (const name of ['payments', 'events', 'charges', 'refunds', 'foreign'] as const) sum[name] += more[name];
  for (const name of ['chargedKrw', 'refundedKrw', 'foreignKrw'] as const) sum[name] += more[name];
}
