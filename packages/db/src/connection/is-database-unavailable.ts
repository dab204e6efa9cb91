import { CommitOutcomeUnknown } from '../transaction/commit-outcome-unknown';
import { isTransactionConflict, serverErrorCode } from '../transaction/transaction-conflict';
import { TransactionTooLong } from '../transaction/transaction-too-long';

/** Prisma's codes for "the server cannot be reached", "it hung up" and "no connection became free". */
const PRISMA_CODES = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'];
/** How the driver adapter names the same. */
const ADAPTER_KINDS = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'];
/** What the driver and the operating system say where the adapter passes their errors on. */
const DRIVER_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ER_SOCKET_UNEXPECTED_CLOSE',
  'ER_CONNECTION_TIMEOUT',
  'ER_GET_CONNECTION_TIMEOUT',
  'ER_CMD_CONNECTION_CLOSED',
  'ER_SERVER_SHUTDOWN',
];
/**
 * The same by number: all that Prisma keeps of an error that it has no name for. 1053 the server shuts down; from 45000
 * on the driver's own: 45009 the socket closed, 45012 connecting took too long, 45013 the connection is closed, 45026
 * the socket timed out, 45028 and 45061 the pool had no connection.
 */
const NUMBERS = ['1053', '45009', '45012', '45013', '45026', '45028', '45061'];

/**
 * Whether an error means that the database is away or too busy for now, so that the same work may well succeed later;
 * also when its answer to a commit was lost, where only work that is idempotent may be done again.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof CommitOutcomeUnknown || error instanceof TransactionTooLong) return true;
  // Lost again and again: the row is wanted by too many at once.
  if (isTransactionConflict(error)) return true;
  const number = serverErrorCode(error);
  if (number !== null && NUMBERS.includes(number)) return true;
  for (let link: unknown = error, depth = 0; isRecord(link) && depth < 10; depth++) {
    const { code, kind, meta } = link;
    if (typeof code === 'string' && (PRISMA_CODES.includes(code) || DRIVER_CODES.includes(code))) return true;
    if (typeof kind === 'string' && ADAPTER_KINDS.includes(kind)) return true;
    link = isRecord(meta) && meta['driverAdapterError'] ? meta['driverAdapterError'] : link['cause'];
  }
  return false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
