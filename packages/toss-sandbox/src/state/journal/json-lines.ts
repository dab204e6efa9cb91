import { closeSync, ftruncateSync, openSync, readSync } from 'node:fs';

const newline = 0x0a;
const chunkBytes = 1 << 20;

/**
 * Hands every line of the file, parsed, to `take` with the bytes it occupies, and returns the length of what was read.
 * A last line that is torn (no newline, or not JSON) is cut off the file: its write never finished, so nobody was told.
 * A missing file is created. A damaged line before the last throws an Error naming the file and the line.
 */
export function readJsonLines(
  path: string,
  take: (line: unknown, at: { offset: number; length: number }) => void,
): number {
  const file = openSync(path, 'a+');
  try {
    let good = 0;
    let lineNumber = 0;
    let rest = Buffer.alloc(0);
    let damaged: string | undefined;
    const chunk = Buffer.alloc(chunkBytes);
    for (let position = 0; ;) {
      const size = readSync(file, chunk, 0, chunkBytes, position);
      if (size === 0) break;
      position += size;
      const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
      let start = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        lineNumber += 1;
        if (damaged !== undefined) throw new Error(damaged);
        const line = parsed(bytes.subarray(start, end));
        const length = end + 1 - start;
        if (line === undefined) damaged = `${path}, line ${lineNumber}: not JSON, and not the last line`;
        else {
          take(line, { offset: good, length });
          good += length;
        }
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (damaged !== undefined && rest.length > 0) throw new Error(damaged);
    ftruncateSync(file, good);
    return good;
  } finally {
    closeSync(file);
  }
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString()) as unknown;
  } catch {
    return undefined;
  }
}
