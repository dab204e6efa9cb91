import { type Journal, type JournalPosition, type JournalRecord, type KeptAnswer } from './journal';

const done = Promise.resolve();

/** For sandboxes without a data folder: keeps the answers and forgets the rest. */
export class MemoryJournal implements Journal {
  /** Bytes, not strings: a body with Korean in it takes twice the memory as a string. */
  private answers: Buffer[] = [];

  append(record: JournalRecord): { at: JournalPosition; durable: Promise<void> } {
    if (record.answer === undefined) return { at: { offset: -1, length: 0 }, durable: done };
    this.answers.push(Buffer.from(JSON.stringify(record.answer)));
    return { at: { offset: this.answers.length - 1, length: 1 }, durable: done };
  }

  settled(): Promise<void> {
    return done;
  }

  readAnswer({ offset }: JournalPosition): Promise<KeptAnswer> {
    const answer = this.answers[offset];
    if (answer === undefined) return Promise.reject(new Error(`No answer was kept at ${offset}`));
    return Promise.resolve(JSON.parse(answer.toString()) as KeptAnswer);
  }

  clear(): Promise<void> {
    this.answers = [];
    return done;
  }

  close(): Promise<void> {
    return done;
  }
}
