import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journal, type JournalPosition, type JournalRecord, type KeptAnswer } from './journal';
import { readJsonLines } from './json-lines';
import { type LedgerRow } from '../ledger-row';

/**
 * The journal on disk, `journal.jsonl`, and the ledger beside it, `ledger.jsonl`, both append-only JSON lines.
 *
 * Records that arrive while the disk is busy go out together in the next write, with one fdatasync for all of them
 * (group commit). The ledger is written after its journal lines; on opening it is completed from them, or cut where a power
 * failure kept a row whose line it lost: nobody had been told of that row.
 */
export class FileJournal implements Journal {
  private waiting: { journal: Buffer[]; ledger: string; settle: PromiseWithResolvers } = nextBatch();
  private writing: Promise<void> = Promise.resolve();
  private busy = false;
  private broken: unknown;

  private constructor(
    private readonly journal: FileHandle,
    private readonly ledger: FileHandle,
    private end: number,
  ) {}

  /**
   * Opens the folder's files, hands every record to `replay` in order, cuts off a torn last line, and completes the
   * ledger. Throws an Error naming file and line for a damaged line that is not the last.
   */
  static async open(
    folder: string,
    replay: (record: JournalRecord, at: JournalPosition) => void,
  ): Promise<FileJournal> {
    const journalPath = join(folder, 'journal.jsonl');
    const rows: LedgerRow[] = [];
    const end = readJsonLines(journalPath, (line, at) => {
      const record = line as JournalRecord;
      for (const row of record.rows ?? []) rows.push(row);
      replay(record, at);
    });
    repairLedger(join(folder, 'ledger.jsonl'), rows);
    return new FileJournal(await open(journalPath, 'a+'), await open(join(folder, 'ledger.jsonl'), 'a+'), end);
  }

  append(record: JournalRecord): { at: JournalPosition; durable: Promise<void> } {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    const at = { offset: this.end, length: line.length };
    this.end += line.length;
    this.waiting.journal.push(line);
    for (const row of record.rows ?? []) this.waiting.ledger += `${JSON.stringify(row)}\n`;
    const durable = this.waiting.settle.promise;
    if (!this.busy) this.writing = this.write();
    return { at, durable };
  }

  settled(): Promise<void> {
    return this.waiting.journal.length > 0 ? this.waiting.settle.promise : this.writing;
  }

  async readAnswer(at: JournalPosition): Promise<KeptAnswer> {
    const line = Buffer.allocUnsafe(at.length);
    await this.journal.read(line, 0, at.length, at.offset);
    const { answer } = JSON.parse(line.toString()) as JournalRecord;
    if (answer === undefined) throw new Error(`No answer was kept at byte ${at.offset} of the journal`);
    return answer;
  }

  async clear(): Promise<void> {
    await this.settled();
    await this.ledger.truncate(0);
    await this.journal.truncate(0);
    this.end = 0;
  }

  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.ledger.close();
    await this.journal.close();
  }

  private async write(): Promise<void> {
    this.busy = true;
    // One turn of the event loop later, everything that arrived together shares the write.
    await new Promise(setImmediate);
    while (this.waiting.journal.length > 0) {
      const batch = this.waiting;
      this.waiting = nextBatch();
      try {
        await this.writeBatch(batch);
        batch.settle.resolve();
      } catch (error) {
        // What memory holds is now ahead of the disk; nothing may be promised any more.
        this.broken ??= error;
        batch.settle.reject(this.broken);
      }
    }
    this.busy = false;
  }

  private async writeBatch(batch: { journal: Buffer[]; ledger: string }): Promise<void> {
    if (this.broken !== undefined) throw this.broken as Error;
    await this.journal.appendFile(Buffer.concat(batch.journal));
    if (batch.ledger !== '') await this.ledger.appendFile(batch.ledger);
    await Promise.all([this.journal.datasync(), batch.ledger === '' ? undefined : this.ledger.datasync()]);
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

function nextBatch(): { journal: Buffer[]; ledger: string; settle: PromiseWithResolvers } {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever waits sees the rejection; a batch nobody waits for must not end the process.
  promise.catch(() => undefined);
  return { journal: [], ledger: '', settle: { promise, resolve, reject } };
}

/** Makes the ledger file hold exactly `rows`: completes it after a crash, cuts off what the journal never knew. */
function repairLedger(path: string, rows: readonly LedgerRow[]): void {
  let known = 0;
  let end = 0;
  readJsonLines(path, (line, at) => {
    if ((line as LedgerRow).seq !== rows[known]?.seq) return;
    known += 1;
    end = at.offset + at.length;
  });
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, end);
    if (known < rows.length) {
      const missing = rows.slice(known).map((row) => `${JSON.stringify(row)}\n`);
      writeSync(file, missing.join(''), end);
    }
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
