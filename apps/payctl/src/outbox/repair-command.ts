import {
  createDatabase,
  type Database,
  databaseOptionsOf,
  type PlacedRow,
  type RepairChoice,
  type RepairPlan,
} from '@koosco/payment-db';
import { KafkaConnectClient } from '@koosco/outbox-connector';
import { readOutboxState } from '@koosco/payment-db/operators';
import { whereItWasLookedFor } from '../case/case-reference';
import { type Change } from '../change';
import { type Streams } from '../command';
import { type Config } from '../config';
import { beginAnewExclusively } from '../connector/begin-anew-exclusively';
import { exitCodes } from '../exit-codes';
import { reasonOf } from '../reason-of';
import { recordChange } from '../record-change';

export type Repair = RepairChoice | RowMove;

type RowMove =
  | { readonly kind: 'set-aside'; readonly id: bigint }
  /** And sends it, with everything behind it. */
  | { readonly kind: 'put-back'; readonly id: bigint };

export type RepairRequest = Streams & {
  readonly config: Config;
  readonly repair: Repair;
  readonly change: Change;
  readonly json: boolean;
};

/** A table of millions is read once, and each statement of that is no quick look. */
const STATEMENT_MS_MAX = 120_000;
const PROGRESS_ROWS = 10_000;

/** `payctl outbox repair`. @returns the exit code; what could not be read or done is said, never thrown. */
export async function outboxRepair(request: RepairRequest): Promise<number> {
  const { config, repair, complain } = request;
  const database = createDatabase({
    ...databaseOptionsOf(config),
    connectionLimit: 1,
    ...{ statementTimeoutMs: STATEMENT_MS_MAX, transactionDurationMs: STATEMENT_MS_MAX },
  });
  try {
    // A pool says of a wrong password only that it has waited in vain.
    await readOutboxState(databaseOptionsOf(config));
    return repair.kind === 'set-aside' || repair.kind === 'put-back'
      ? await moveRow(request, database, repair)
      : await sendAgain(request, database, repair);
  } catch (error) {
    if (error instanceof RangeError) {
      complain(`payctl: refused, and nothing was done: ${error.message}`);
      return exitCodes.usage;
    }
    complain(
      request.change.why === undefined
        ? `payctl: the database could not be read: ${reasonOf(error)}\n${whereItWasLookedFor(config)}`
        : `payctl: it stopped half-way: ${reasonOf(error)}\nEverything done so far stays; it may be done again from the beginning`,
    );
    return exitCodes.unread;
  } finally {
    await database.close();
  }
}

async function sendAgain(request: RepairRequest, database: Database, choice: RepairChoice): Promise<number> {
  const { change, json, print, complain } = request;
  const plan = await database.outboxRepair.plan(choice);
  if (plan === null) {
    complain(`payctl: there is no event of ${nameOf(choice)} in the outbox; payctl explain says what is known`);
    return exitCodes.notFound;
  }
  const { why } = change;
  const isDone = why !== undefined && plan.rows > 0;
  if (!json) print(`${isDone ? 'sends' : 'would send'} again ${textOf(plan)}`);
  let rows = 0;
  if (isDone) {
    await recordChange(request.config, 'outbox-repair', nameOf(choice), { ...change, why });
    let told = 0;
    rows = await database.outboxRepair.sendAgain(plan, (sent) => {
      if (json || sent - told < PROGRESS_ROWS) return;
      told = sent;
      print(`  ${sent} rows so far`);
    });
    if (!json) print(`done: ${rows} rows are on their way; payctl outbox status says when none of them waits any more`);
  }
  const { chosen, tableRows, payments } = plan;
  if (json)
    print(JSON.stringify({ chosen, rows: plan.rows, payments: payments.size, tableRows, sent: rows, done: isDone }));
  if (why === undefined && plan.rows > 0) complain('Nothing was done. To do it, say why: --why "…"');
  return exitCodes.fine;
}

async function moveRow(request: RepairRequest, database: Database, { kind, id }: RowMove): Promise<number> {
  const { change, json, print, complain } = request;
  const row = await database.outboxRepair.whereIs(id);
  const obstacle = obstacleOf(kind, row);
  if (row === null || obstacle !== null) {
    complain(`payctl: refused, and nothing was done: row ${id} ${obstacle}`);
    return row === null ? exitCodes.notFound : exitCodes.contradiction;
  }
  const what = `${row.eventType} of ${row.paymentId} for '${row.topic}'`;
  const verb = kind === 'set-aside' ? 'set aside' : 'put back';
  const { why, operator } = change;
  if (why === undefined) {
    if (json) print(JSON.stringify({ id: String(id), ...row, done: false }));
    else print(`would ${verb} row ${id}: ${what}`);
    complain('Nothing was done. To do it, say why: --why "…"');
    return exitCodes.fine;
  }
  await recordChange(request.config, `outbox-${kind}`, `row ${id}`, { operator, why });
  const isDone =
    kind === 'set-aside'
      ? await database.outboxRepair.setAside(id, { operator, reason: why })
      : (await database.outboxRepair.putBack(id)) > 0;
  if (!isDone) {
    complain(`payctl: nothing was done: row ${id} is not there any more; it may have been published just now`);
    return exitCodes.contradiction;
  }
  if (json) print(JSON.stringify({ id: String(id), ...row, done: true }));
  else print(`${verb}: row ${id}, ${what}`);
  return kind === 'set-aside' ? letConnectorPass(request) : exitCodes.fine;
}

/** The binary log still has the row, and the connector would fail at it for ever. */
async function letConnectorPass({ config, json, print, complain }: RepairRequest): Promise<number> {
  if ((await readOutboxState(databaseOptionsOf(config))).mode === 'polling') return exitCodes.fine;
  const connect = new KafkaConnectClient({ url: config.KAFKA_CONNECT_URL, signal: new AbortController().signal });
  try {
    if (await beginAnewExclusively(config, connect)) {
      if (!json) print('the connector begins anew; a relay sends again what it has not read');
      return exitCodes.fine;
    }
    complain('payctl: a relay is doing something to the connector just now');
  } catch (error) {
    complain(`payctl: the connector could not be told: ${reasonOf(error)}`);
  }
  complain(
    'The row is set aside. Where the connector still fails at it: payctl connector restart --begin-anew --why "…"',
  );
  return exitCodes.unread;
}

function obstacleOf(kind: RowMove['kind'], row: PlacedRow | null): string | null {
  if (row === null) return 'is not in the outbox, nor is it set aside';
  if (kind === 'put-back') return row.place === 'SET_ASIDE' ? null : 'is not set aside';
  if (row.place === 'SET_ASIDE') return 'is set aside already';
  return row.place === 'PUBLISHED' ? 'is published: its topic has taken it' : null;
}

function nameOf(choice: RepairChoice): string {
  switch (choice.kind) {
    case 'payment':
      return `payment ${choice.paymentId}`;
    case 'row':
      return `row ${choice.id}`;
    case 'period': {
      const { from, to, topic } = choice;
      return `${from.toISOString()} to ${to.toISOString()}${topic === undefined ? '' : ` for ${topic}`}`;
    }
  }
}

function textOf({ chosen, rows, tableRows, payments }: RepairPlan): string {
  const share = tableRows === 0 ? 0 : (100 * rows) / tableRows;
  const behind = rows - chosen;
  const others = behind === 0 ? '' : `, ${behind} of them only because they come behind`;
  return `${rows} rows of ${payments.size} payments${others}: ${share.toFixed(1)} % of the ${tableRows} in the outbox`;
}
