import { type AttemptLeases, type AttemptOwnership } from '@koosco/payment-application';
import { type SendRecord } from '@koosco/payment-domain';
import { Prisma, type PrismaClient } from '../generated/prisma/client';
import { sendToRow } from './send-row';

/** Each call is one statement outside a transaction, which MariaDB commits before it answers. */
export class PrismaAttemptLeases implements AttemptLeases {
  readonly #table: Prisma.Sql;
  readonly #id: Prisma.Sql;

  /** @param table where the attempts are, and the column that names one. */
  constructor(
    private readonly client: PrismaClient,
    table: { readonly name: string; readonly id: string },
  ) {
    this.#table = Prisma.raw(table.name);
    this.#id = Prisma.raw(table.id);
  }

  async renew(owned: readonly AttemptOwnership[], leaseMs: number): Promise<ReadonlySet<string>> {
    if (owned.length === 0) return new Set();
    const owners = Prisma.join(
      owned.map(({ attemptId, fence }) => Prisma.sql`(${this.#id} = ${attemptId} AND fence = ${fence})`),
      ' OR ',
    );
    const changed = await this.client.$executeRaw(Prisma.sql`
      UPDATE ${this.#table} SET ${leaseFor(leaseMs)} WHERE (${owners}) AND leased_until IS NOT NULL`);
    if (changed === owned.length) return new Set(owned.map(({ attemptId }) => attemptId));
    const kept = await this.client.$queryRaw<{ attemptId: string }[]>(Prisma.sql`
      SELECT ${this.#id} AS attemptId FROM ${this.#table} WHERE (${owners}) AND leased_until IS NOT NULL`);
    return new Set(kept.map(({ attemptId }) => attemptId));
  }

  async recordSend({ attemptId, fence }: AttemptOwnership, send: SendRecord, leaseMs: number): Promise<boolean> {
    const row = sendToRow(send);
    const changed = await this.client.$executeRaw(Prisma.sql`
      UPDATE ${this.#table} SET ${leaseFor(leaseMs)},
        send_key_slot = ${row.sendKeySlot}, send_credential = ${row.sendCredential},
        send_unanswered = ${row.sendUnanswered}, send_answer_code = ${row.sendAnswerCode},
        send_unclear = ${row.sendUnclear}, send_may_arrive_until = ${row.sendMayArriveUntil}
      WHERE ${this.#id} = ${attemptId} AND fence = ${fence} AND leased_until IS NOT NULL`);
    return changed === 1;
  }
}

/** From now, by the server's clock: by those of two machines a lease might end before it began. */
function leaseFor(leaseMs: number): Prisma.Sql {
  const until = Prisma.sql`TIMESTAMPADD(MICROSECOND, ${leaseMs * 1_000}, NOW(3))`;
  return Prisma.sql`due_at = ${until}, leased_until = ${until}`;
}
