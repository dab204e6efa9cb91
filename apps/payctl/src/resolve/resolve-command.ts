import {
  type ApprovalReading,
  type AttemptProspect,
  type AttemptStanding,
  prospectOf,
  readAttempt,
} from '@koosco/payment-application';
import {
  type CaseAttempt,
  type CaseFile,
  type CaseReference,
  databaseOptionsOf,
  missingRights,
  rightsToResolve,
} from '@koosco/payment-db/operators';
import { systemClock } from '@koosco/payment-worker/clock';
import { TossClient, tossClientConfig } from '@koosco/toss-client/client';
import { tossGateways } from '@koosco/toss-client/gateway';
import { whereItWasLookedFor } from '../case/case-reference';
import { type Change } from '../change';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { readToss, type TossReading } from '../explain/toss-reading';
import { type FoundCase, readCase } from '../case/read-case';
import { reasonOf } from '../reason-of';
import { recordChange } from '../record-change';
import { rightsText } from '../rights-text';
import { prospectText } from './prospect-text';
import { shownAttempt } from './shown-attempt';

export type ResolveRequest = Streams & {
  /** As it was typed. */
  readonly given: string;
  readonly references: readonly CaseReference[];
  readonly change: Change;
  readonly json: boolean;
  readonly config: Config;
};

/** `payctl resolve`. @returns the exit code; what could not be read or written is said, never thrown. */
export async function resolveCommand(request: ResolveRequest): Promise<number> {
  const { given, references, config, complain } = request;
  let found: FoundCase | null;
  try {
    found = await readCase(references, config);
  } catch (error) {
    complain(`payctl: the database could not be read: ${reasonOf(error)}\n${whereItWasLookedFor(config)}`);
    return exitCodes.unread;
  }
  const { payment = null, attempts = [] } = found?.file ?? {};
  if (found === null || payment === null || attempts.length === 0) {
    const what = payment === null ? 'there is no attempt, payment or order' : 'no confirm was ever begun for';
    complain(`payctl: ${what} ${given}; payctl explain says what is known`);
    return exitCodes.notFound;
  }
  const attempt = attemptIn(found);
  if (attempt === null) {
    const others = attempts.map(({ attemptId, status }) => `${attemptId} (${status})`).join(', ');
    request.print(
      request.json
        ? JSON.stringify({ orderId: String(payment.orderId), attempt: null, prospect: { kind: 'settled' } })
        : `Nothing to do: every attempt of ${given} is settled. By its id one can still be looked at: ${others}`,
    );
    return exitCodes.fine;
  }
  return resolveAttempt(request, { ...found.file, payment }, attempt);
}

/** That is named, or the one that is not settled: of a payment there is at most one. */
function attemptIn({ file: { attempts }, by }: FoundCase): CaseAttempt | null {
  const isMeant = (attempt: CaseAttempt) =>
    by.kind === 'attempt'
      ? attempt.attemptId === by.attemptId
      : ['IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT'].includes(attempt.status);
  return attempts.find(isMeant) ?? null;
}

type PaidCase = CaseFile & { readonly payment: NonNullable<CaseFile['payment']> };

async function resolveAttempt(request: ResolveRequest, file: PaidCase, attempt: CaseAttempt): Promise<number> {
  const { config, change, json, print, complain } = request;
  const standing = standingOf(file, attempt);
  const toss = await readToss(file, new TossClient(tossClientConfig(config.toss)));
  const of = toss.find(({ paymentKey }) => paymentKey === attempt.paymentKey);
  const reading = await readingOf(of, standing, config);
  const prospect = prospectOf(standing, reading);
  const missing = prospect.kind === 'possible' ? await missingRights(databaseOptionsOf(config), rightsToResolve) : [];
  const text = prospectText(prospect, reading, attempt, file);
  const show = (done: string | null) =>
    print(shownAttempt({ file, attempt, toss, prospect, text, missing, done, json }));
  if (prospect.kind !== 'possible') {
    show(null);
    return codeWithout(prospect, of);
  }
  if (change.why === undefined) {
    show(null);
    complain(
      missing.length > 0
        ? `Nothing was done, nor can it be with this account: ${rightsText(missing)}`
        : 'Nothing was done. To do it, say why: --why "…"',
    );
    return exitCodes.fine;
  }
  if (missing.length > 0) {
    show(null);
    complain(`payctl: refused, and nothing was done: ${rightsText(missing)}`);
    return exitCodes.unread;
  }
  try {
    const { text: done, code } = await settle(config, file, attempt, { ...change, why: change.why });
    show(done);
    return code;
  } catch (error) {
    show(null);
    complain(
      `payctl: it could not be settled: ${reasonOf(error)}\n` +
        'Nothing is half done; outbox-relay goes on where this stopped, and so does payctl resolve',
    );
    return exitCodes.unread;
  }
}

/** Where nothing was heard, nothing more is asked. */
async function readingOf(
  of: TossReading | undefined,
  standing: AttemptStanding,
  config: Config,
): Promise<ApprovalReading> {
  if (of?.kind === 'unread') return { kind: 'unknown', pgCode: null, reason: of.why };
  return readAttempt(tossGateways(tossClientConfig(config.toss), systemClock).payments, standing);
}

function standingOf({ payment }: PaidCase, attempt: CaseAttempt): AttemptStanding {
  const { paymentKey, gatewayIdempotencyKey, amount, status, isLeased, mayArriveUntil } = attempt;
  return {
    ...{ orderId: payment.orderId, paymentKey, gatewayIdempotencyKey, amount, isLeased, mayArriveUntil },
    // Check constraints allow nothing else.
    status: status as AttemptStanding['status'],
    payment: {
      status: payment.status as AttemptStanding['payment']['status'],
      paymentKey: payment.paymentKey,
      isOrderCancelled: payment.orderCancelledAt !== null,
    },
  };
}

function codeWithout(prospect: Exclude<AttemptProspect, { kind: 'possible' }>, of: TossReading | undefined): number {
  if (prospect.kind !== 'refused') return exitCodes.fine;
  return prospect.because === 'unclear' && of?.kind === 'unread' ? exitCodes.unread : exitCodes.contradiction;
}

async function settle(
  config: Config,
  { payment }: PaidCase,
  { attemptId }: CaseAttempt,
  change: Change & { readonly why: string },
): Promise<{ readonly text: string; readonly code: number }> {
  await recordChange(config, 'resolve', attemptId, change);
  // What settling needs takes longer to load than an answer takes.
  const { settleAttempt } = await import('./settle-attempt.js');
  return settleAttempt(config, { orderId: payment.orderId, attemptId });
}
