/** Why a connector can never go on from where it was. */
export type LostPosition = 'binary_log_gone' | 'schema_history_gone';

/**
 * As MariaDB (error 1236 of whoever asks for a binary log that was purged, or for a GTID that it does not have) and Debezium
 * 3 say it.
 */
const SIGNS: readonly (readonly [LostPosition, RegExp])[] = [
  ['binary_log_gone', /\b1236\b|binlog.*(purged|no longer available)|Could not find (first log|GTID)/i],
  ['schema_history_gone', /(db|schema) history topic .*(missing|partially)|history topic is missing/i],
];

/** Null when it may go on after a restart, for all that is known. */
export function lostPositionIn(traces: readonly string[]): LostPosition | null {
  for (const [reason, sign] of SIGNS) if (traces.some((trace) => sign.test(trace))) return reason;
  return null;
}
