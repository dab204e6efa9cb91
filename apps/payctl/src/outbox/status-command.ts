import { databaseOptionsOf, type OutboxState, readOutboxState } from '@koosco/payment-db/operators';
import { canaryText, isCanaryFresh } from '../canary-text';
import { whereItWasLookedFor } from '../case/case-reference';
import { type Streams } from '../command';
import { type Config } from '../config';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';

/** An event is on its topic within a second; a relay mends what holds it up within this. */
const PATIENCE_MS = 60_000;
/** What Kafka allows (`Topic.validate`): a row that names another is never taken. */
const LEGAL_TOPIC = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/** `payctl outbox status`. @returns the exit code. Never rejects. */
export async function outboxStatus({
  config,
  json,
  print,
  complain,
}: Streams & { readonly config: Config; readonly json: boolean }): Promise<number> {
  let state: OutboxState;
  try {
    state = await readOutboxState(databaseOptionsOf(config));
  } catch (error) {
    complain(`payctl: the database could not be read: ${reasonOf(error)}\n${whereItWasLookedFor(config)}`);
    return exitCodes.unread;
  }
  if (json)
    print(JSON.stringify(state, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  else for (const line of linesOf(state)) print(line);
  const isLate = (state.pending.oldestAgeMs ?? 0) > PATIENCE_MS;
  return isCanaryFresh(state.canary) && !isLate ? exitCodes.fine : exitCodes.contradiction;
}

function linesOf(state: OutboxState): readonly string[] {
  const { mode, pending, oldest, canary, sentAgainAt, sentAgainFrom, begunAnewAt, begunAnewTimes, setAside } = state;
  const waiting =
    pending.count === 0 ? 'none' : `${pending.count}, the oldest for ${(pending.oldestAgeMs ?? 0) / 1_000} s`;
  const from = sentAgainFrom === null ? '' : `; by a relay, from row ${sentAgainFrom} on`;
  const times = begunAnewTimes === 0 ? '' : `, ${begunAnewTimes + 1} times without a canary since`;
  return [
    `mode        ${mode ?? 'none yet: no relay has ever run'}`,
    `pending     ${waiting}`,
    ...oldest.map(({ id, paymentId, eventType, topic, createdAt }) => {
      const hint = LEGAL_TOPIC.test(topic) ? '' : '; no topic can have that name: payctl outbox repair --set-aside';
      return `            ${id}  ${createdAt.toISOString()}  ${eventType} of ${paymentId} for '${topic}'${hint}`;
    }),
    `canary      ${canaryText(canary)}`,
    `sent again  ${sentAgainAt === null ? 'never' : `last at ${sentAgainAt.toISOString()}${from}`}`,
    `begun anew  ${begunAnewAt === null ? 'never' : `last at ${begunAnewAt.toISOString()}${times}`}`,
    `set aside   ${setAside.length === 0 ? 'none' : String(setAside.length)}`,
    ...setAside.map(({ id, paymentId, eventType, topic, operator, reason, setAsideAt }) => {
      const what = `${eventType} of ${paymentId} for '${topic}'`;
      return `            ${id}  ${setAsideAt.toISOString()}  ${what}, by ${operator}: ${reason}`;
    }),
  ];
}
