import { SandboxControl } from '@koosco/toss-sandbox';

/** One movement of money, as the sandbox's ledger has it. */
export interface Movement {
  readonly kind: 'charge' | 'cancel' | 'deposit-reversal';
  readonly krw: bigint;
  readonly atMs: number;
}

/** What moved at Toss, by Toss's order id. Reads what is new whenever it is asked, and nothing while nobody asks. */
export class TossLedger {
  readonly #toss: SandboxControl;
  readonly #movements = new Map<string, Movement[]>();
  #nextSeq = 1;
  #reading: Promise<void> = Promise.resolve();

  constructor(sandboxUrl: string) {
    this.#toss = new SandboxControl(sandboxUrl);
  }

  /** Oldest first. @throws when the sandbox does not answer. */
  async movementsOf(pgOrderId: string): Promise<readonly Movement[]> {
    // One after the other: two at once would read the same rows, and count them twice.
    this.#reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    await this.#reading;
    return this.#movements.get(pgOrderId) ?? [];
  }

  async #readOn(): Promise<void> {
    for (const { seq, kind, orderId, amount, at } of await this.#toss.ledger(this.#nextSeq)) {
      const movement = { kind, krw: BigInt(amount), atMs: Date.parse(at) };
      const known = this.#movements.get(orderId);
      if (known === undefined) this.#movements.set(orderId, [movement]);
      else known.push(movement);
      this.#nextSeq = seq + 1;
    }
  }
}

/** What Toss has of the buyer's money. */
export function balanceOf(movements: readonly Movement[]): bigint {
  return movements.reduce((sum, { kind, krw }) => (kind === 'charge' ? sum + krw : sum - krw), 0n);
}
