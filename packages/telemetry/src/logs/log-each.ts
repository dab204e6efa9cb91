import { type Logger } from './logger';

/** What is said of one of many. */
export interface LineOfOne {
  readonly fields: Readonly<Record<string, string | number>>;
  readonly message: string;
}

// Some 50 µs of CPU a line: nothing beside a payment that is made by itself, much beside one of the thousands that a
// worker makes in a second when it catches up.
const LINES_MAX = 20;
// The most that a list in a line may have.
const IDS_PER_LINE_MAX = 100;

/**
 * A line at `info` for each of what came together. When more than {@link LINES_MAX} came at once, which is a backlog, they
 * share lines instead: by message, with the ids alone, under the plural of `idField`. Either way a search for the id
 * finds one.
 */
export function logEach(logger: Logger, idField: string, lines: readonly LineOfOne[]): void {
  if (!logger.isLevelEnabled('info')) return;
  if (lines.length <= LINES_MAX) {
    for (const { fields, message } of lines) logger.info(fields, message);
    return;
  }
  const idsOf = new Map<string, (string | number | undefined)[]>();
  for (const { fields, message } of lines) {
    const ids = idsOf.get(message) ?? [];
    idsOf.set(message, ids);
    ids.push(fields[idField]);
  }
  for (const [message, ids] of idsOf) {
    for (let from = 0; from < ids.length; from += IDS_PER_LINE_MAX) {
      logger.info({ [`${idField}s`]: ids.slice(from, from + IDS_PER_LINE_MAX) }, `${message} (many at once)`);
    }
  }
}
