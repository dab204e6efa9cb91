import { type LedgerRow } from './ledger-row';

/** The truth about money: every movement, in order, never changed. */
export class Ledger {
  private readonly entries: LedgerRow[] = [];

  get rows(): readonly LedgerRow[] {
    return this.entries;
  }

  get nextSeq(): number {
    return this.entries.length + 1;
  }

  /** Throws when a row does not continue the sequence: a journal that lost or repeated a line must not go unnoticed. */
  append(row: LedgerRow): void {
    if (row.seq !== this.nextSeq) throw new Error(`Ledger row ${row.seq} where ${this.nextSeq} was due`);
    this.entries.push(row);
  }
}
