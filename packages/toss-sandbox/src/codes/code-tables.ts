import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode } from './error-code';

/** What Toss documents, a table an operation, in the order of its documentation. */
export const confirmCodes = tableOf('confirm');
export const cancelCodes = tableOf('cancel');
/** Of both look-ups. */
export const lookupCodes = tableOf('lookup');
/** Of every POST with an Idempotency-Key, beside those of its operation. */
export const idempotencyCodes = tableOf('idempotency');
/** Of no operation in particular. */
export const otherCodes = tableOf('other');

/** @throws Error naming the line that is no row: a table that was edited wrongly must not go unnoticed. */
function tableOf(name: string): readonly ErrorCode[] {
  const lines = readFileSync(join(__dirname, '../../codes', `${name}.tsv`), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(rowOf);
}

function rowOf(line: string): ErrorCode {
  const [status, code, korean, english, declines] = line.split('\t');
  if (!status || !code || !korean || !english) throw new Error(`No row of a table of codes: ${line}`);
  return { httpStatus: Number(status), code, korean, english, ...(declines === 'declines' && { declines: true }) };
}
