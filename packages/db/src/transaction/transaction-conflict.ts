/**
 * Server errors that mean "two transactions met and this one gave way; run it again":
 * 1020 the row changed since this transaction's snapshot (innodb_snapshot_isolation), 1205 lock wait timeout, 1213 deadlock.
 */
const CONFLICTS: readonly string[] = ['1020', '1205', '1213'];

/**
 * A statement that was prepared before its table was changed, by a migration while workers are at it. MariaDB prepares such a
 * one anew by itself, but not for a bulk: 11.4 refuses it from then on, with an error that has neither number nor text.
 */
export class StatementOutdated extends Error {
  override readonly name = 'StatementOutdated';
}

/** 1615 is what the protocol has for it. */
const OUTDATED: readonly string[] = ['0', '1615'];

export function isOutdatedStatement(error: unknown): boolean {
  const code = serverErrorCode(error);
  return code !== null && OUTDATED.includes(code);
}

/** Whether the same transaction, run again, may well succeed. */
export function isTransactionConflict(error: unknown): boolean {
  if (error instanceof StatementOutdated) return true;
  const code = serverErrorCode(error);
  return code !== null && CONFLICTS.includes(code);
}

/**
 * The number of the server's error, or of the driver's own (from 45000 on), behind an error of the driver or of Prisma;
 * null when there is none. Prisma names only some of them (a deadlock is P2034, a lock wait timeout nothing), but the
 * number is always somewhere in the chain: in `meta.driverAdapterError` of its own errors, in `cause` of a driver
 * adapter's error.
 */
export function serverErrorCode(error: unknown): string | null {
  for (let link: unknown = error, depth = 0; isRecord(link) && depth < 10; depth++) {
    if (typeof link['originalCode'] === 'string') return link['originalCode'];
    if (typeof link['errno'] === 'number' && 'sqlState' in link) return String(link['errno']);
    const meta = link['meta'];
    link = isRecord(meta) && meta['driverAdapterError'] ? meta['driverAdapterError'] : link['cause'];
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
