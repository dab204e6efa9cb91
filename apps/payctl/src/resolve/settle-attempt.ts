import {
  ApprovalSettlement,
  AttemptExecution,
  LeaseKeeper,
  type ResolvedAttempt,
  ResolveAttemptUseCase,
} from '@koosco/payment-application';
import { createDatabase, databaseOptionsOf, timeOrderedIds } from '@koosco/payment-db';
import { systemClock } from '@koosco/payment-worker/clock';
import { tossClientConfig } from '@koosco/toss-client/client';
import { tossGateways } from '@koosco/toss-client/gateway';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';

/** One for the transaction, and one for renewing the lease meanwhile. */
const CONNECTIONS = 2;

/** Brings one attempt to its end as the relay does, under the name of payctl. @throws what the database throws. */
export async function settleAttempt(
  config: Config,
  wanted: { readonly orderId: bigint; readonly attemptId: string },
): Promise<{ readonly text: string; readonly code: number }> {
  const database = createDatabase({ ...databaseOptionsOf(config), connectionLimit: CONNECTIONS });
  try {
    const { unitOfWork, leases } = database;
    const { payments } = tossGateways(tossClientConfig(config.toss), systemClock);
    const settlement = new ApprovalSettlement(timeOrderedIds, 'payctl');
    const execution = new AttemptExecution(unitOfWork, payments, settlement, new LeaseKeeper(leases, systemClock));
    return resultOf(await new ResolveAttemptUseCase(unitOfWork, execution, systemClock).execute(wanted));
  } finally {
    await database.close();
  }
}

function resultOf(resolved: ResolvedAttempt): { readonly text: string; readonly code: number } {
  if (resolved.kind === 'owned') {
    const { fence, leasedUntil } = resolved;
    const text = `not done: a worker (fencing token ${fence}) has taken it, until ${leasedUntil.toISOString()} unless it renews`;
    return { text, code: exitCodes.contradiction };
  }
  const { attempt, payment, outcome, applied } = resolved;
  const stands = `the attempt is ${attempt.state.status}, the payment ${payment.state.status}`;
  if (outcome === 'unknown' || outcome === 'open') {
    const dueAt = attempt.state.dueAt?.toISOString() ?? 'no time';
    const text = `not done: asked again, Toss gave no certain answer (${outcome}); ${stands}, and outbox-relay looks at ${dueAt}`;
    return { text, code: exitCodes.unread };
  }
  return { text: applied ? `done: ${stands}` : `somebody else was first: ${stands}`, code: exitCodes.fine };
}
