import { type Connection, type UpsertResult } from 'mariadb';
import { type Prisma } from '../generated/prisma/client';
import { bound, type TextRows, withDates } from './dates-of-rows';
import { isTransactionConflict } from './transaction-conflict';

/**
 * What repositories need of an open transaction. Statements run one after the other in the order in which they are
 * given, and each is sent at once: those that are given without waiting for the one before travel together.
 */
export interface TransactionSql {
  /** Column names are taken as they are, a DATETIME or TIMESTAMP as UTC, a BIGINT as bigint. */
  read<Row>(statement: Prisma.Sql): Promise<Row[]>;
  /** @returns how many rows it stored or, for an UPDATE, found. */
  write(statement: Prisma.Sql): Promise<number>;
}

/**
 * The statements of one transaction on its connection.
 *
 * Lets no statement through after a conflict: a deadlock ends the whole transaction at the server, and a later statement
 * would begin another one; so work that catches the error and goes on must not get far. What was sent together with the
 * statement that met the conflict does run; it is rolled back, because nothing on this connection commits by itself.
 */
export class ConnectionSql implements TransactionSql {
  #conflict: unknown = null;
  #end: (() => Error) | null = null;
  #sent = 0;

  /** @param connection with {@link datesAsText}. */
  constructor(private readonly connection: Pick<Connection, 'query'>) {}

  /** Whether the server has heard anything of this transaction. */
  get isBegun(): boolean {
    return this.#sent > 0;
  }

  async read<Row>(statement: Prisma.Sql): Promise<Row[]> {
    return withDates(await this.#send<TextRows<Row>>(statement));
  }

  async write(statement: Prisma.Sql): Promise<number> {
    const { affectedRows } = await this.#send<UpsertResult>(statement);
    return affectedRows;
  }

  /** @throws the conflict that was met, if there was one. */
  throwConflict(): void {
    if (this.#conflict !== null) throw this.#conflict as Error;
  }

  /** From now on every statement is refused with this error; to make one costs what a statement does, and none is expected. */
  end(why: () => Error): void {
    this.#end ??= why;
  }

  async #send<Result>({ sql, values }: Prisma.Sql): Promise<Result> {
    this.throwConflict();
    if (this.#end !== null) throw this.#end();
    this.#sent += 1;
    try {
      // Without values the driver looks for no places to put them.
      const given = values.length === 0 ? undefined : values.map(bound);
      return await this.connection.query<Result>(sql, given);
    } catch (error) {
      if (isTransactionConflict(error)) this.#conflict = error;
      throw error;
    }
  }
}
