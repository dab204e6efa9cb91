import { type Connection, type UpsertResult } from 'mariadb';
import { type Prisma } from '../generated/prisma/client';
import { bound, type TextRows, withDates } from './dates-of-rows';
import { isOutdatedStatement, isTransactionConflict, StatementOutdated } from './transaction-conflict';

/**
 * What repositories need of an open transaction. Statements run one after the other in the order in which they are
 * given, and each is sent at once: those that are given without waiting for the one before travel together.
 */
export interface TransactionSql {
  /** Column names are taken as they are, a DATETIME or TIMESTAMP as UTC, a BIGINT as bigint. */
  read<Row>(statement: Prisma.Sql): Promise<Row[]>;
  /** @returns how many rows it stored or, for an UPDATE, found. */
  write(statement: Prisma.Sql): Promise<number>;
  /**
   * One statement for many rows, whose values travel apart from it (COM_STMT_BULK_EXECUTE of MariaDB).
   * @param insert with a `?` for each column; the same text each time, for it is prepared once on each connection.
   * @param rows fewer characters than a packet may have, and in each column what is not null of one type, which the first row
   *   has, if it is not text: of another type than the row before the driver makes another statement.
   * @returns how many rows it stored.
   */
  writeRows(insert: string, rows: readonly BulkRow[]): Promise<number>;
}

export type BulkRow = readonly (string | bigint | null)[];

/** The driver's types do not know it: otherwise a server that can (MariaDB 11.5) is asked to answer for each row apart. */
const asSum: object = { fullResult: false };

/** Of all that is prepared. It is part of the text, so that every connection prepares anew what turned out to be outdated on one. */
let edition = 0;

/** What each connection has prepared. */
const preparedOn = new WeakMap<object, Set<string>>();

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
  /** Until a statement is prepared that its connection has not met before: what is called meanwhile must not overtake it. */
  #preparing: Promise<unknown> | null = null;

  /** @param connection with {@link datesAsText}. */
  constructor(private readonly connection: Pick<Connection, 'query' | 'batch' | 'prepare'>) {}

  /** Whether the server has heard anything of this transaction. */
  get isBegun(): boolean {
    return this.#sent > 0;
  }

  async read<Row>(statement: Prisma.Sql): Promise<Row[]> {
    return withDates(await this.#query<TextRows<Row>>(statement));
  }

  async write(statement: Prisma.Sql): Promise<number> {
    const { affectedRows } = await this.#query<UpsertResult>(statement);
    return affectedRows;
  }

  async writeRows(insert: string, rows: readonly BulkRow[]): Promise<number> {
    const { connection } = this;
    const ofEdition = edition;
    const sql = ofEdition === 0 ? insert : `${insert} /* ${ofEdition} */`;
    const send = async (): Promise<UpsertResult> => {
      try {
        return await connection.batch<UpsertResult>({ ...asSum, sql }, rows);
      } catch (error) {
        if (!isOutdatedStatement(error)) throw error;
        if (edition === ofEdition) edition += 1;
        throw new StatementOutdated(`outdated: ${insert}`, { cause: error });
      }
    };
    const prepared = preparedOn.get(connection) ?? new Set();
    if (prepared.has(sql)) return (await this.#send(send)).affectedRows;

    const preparing = this.#send(() => connection.prepare(sql));
    this.#preparing = preparing.catch(() => undefined);
    // The driver keeps what was prepared on its connection, and finds it again by its text.
    (await preparing).close();
    preparedOn.set(connection, prepared.add(sql));
    return (await this.#sendNow(send)).affectedRows;
  }

  /** @throws the conflict that was met, if there was one. */
  throwConflict(): void {
    if (this.#conflict !== null) throw this.#conflict as Error;
  }

  /** From now on every statement is refused with this error; to make one costs what a statement does, and none is expected. */
  end(why: () => Error): void {
    this.#end ??= why;
  }

  #query<Result>({ sql, values }: Prisma.Sql): Promise<Result> {
    // Without values the driver looks for no places to put them.
    const given = values.length === 0 ? undefined : values.map(bound);
    return this.#send(() => this.connection.query<Result>(sql, given));
  }

  async #send<Result>(statement: () => Promise<Result>): Promise<Result> {
    this.#throwIfOver();
    if (this.#preparing !== null) await this.#preparing;
    return this.#sendNow(statement);
  }

  async #sendNow<Result>(statement: () => Promise<Result>): Promise<Result> {
    this.#throwIfOver();
    this.#sent += 1;
    try {
      return await statement();
    } catch (error) {
      if (isTransactionConflict(error)) this.#conflict = error;
      throw error;
    }
  }

  #throwIfOver(): void {
    this.throwConflict();
    if (this.#end !== null) throw this.#end();
  }
}
