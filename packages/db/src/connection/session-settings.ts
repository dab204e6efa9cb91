/**
 * What every connection of ours sets first, so that a server's own configuration cannot change what a statement means.
 *
 * - Timestamps are written and read as UTC.
 * - A transaction in which nothing happens for 10 s belongs to a process that is frozen: none of ours waits in one for
 *   anything but the database. The server ends it, or its locks would hold up whoever took over its work.
 * - A strict mode refuses a value that does not fit; without it MariaDB cuts it and says nothing.
 */
export const sessionSettings =
  "SET SESSION time_zone = '+00:00', " +
  "sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION', " +
  'idle_transaction_timeout = 10';

/**
 * The driver's option for how many characters of its statement an error quotes: so few that none of them is a value of an
 * insert, which may be a buyer's, or a payment key.
 */
export const QUOTED_STATEMENT_LENGTH = 64;
