import { type Connection, createConnection } from 'mariadb';
import { type DatabaseAddress } from '../connection/database-address';
import { QUOTED_STATEMENT_LENGTH, sessionSettings } from '../connection/session-settings';
import { datesAsText, inUtc } from '../transaction/dates-of-rows';

const CONNECT_MS = 5_000;

/**
 * A connection for a tool that runs for a moment, which may be of an account that can only read.
 * @throws the driver's error when the server does not answer within 5 s or lets nobody in.
 */
export async function openConnection(address: DatabaseAddress, statementSecondsMax: number): Promise<Connection> {
  const { host, port, database, user, password } = address;
  const connection = await createConnection({
    ...{ host, port, database, user, password, connectTimeout: CONNECT_MS, ...datesAsText },
    debugLen: QUOTED_STATEMENT_LENGTH,
    initSql: [`${sessionSettings}, max_statement_time = ${statementSecondsMax}`],
  });
  // A server that goes while nothing is asked is told as an event, and one that nobody hears ends the process. Whoever asks
  // next is told anyway.
  connection.on('error', () => undefined);
  return inUtc(connection);
}
