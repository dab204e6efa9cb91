import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// Enough for the tail of a Java stack trace with its causes.
const TAIL_LINES = 30;
const TAIL_BYTES = 32 * 1024;

/** The last lines of a log file with every given secret blotted out; a sentence when there is nothing to show. */
export function logTail(logFile: string, secrets: readonly string[]): string {
  const text = lastBytes(logFile);
  if (text.trim() === '') return '(the log is empty)';
  const tail = text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  return secrets.filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '***'), tail);
}

function lastBytes(logFile: string): string {
  let file: number;
  try {
    file = openSync(logFile, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}
