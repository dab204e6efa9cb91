import { SandboxControl } from '@koosco/toss-sandbox';

/** What can be wrong with Toss until somebody says that it is over. */
const troubles = {
  'toss-slow': (toss: SandboxControl) =>
    toss.addFault({ route: 'confirm', fault: { kind: 'delay', delayMs: 5_000, stage: 'before' } }),
  'toss-answers-lost': (toss: SandboxControl) => toss.addFault({ route: 'confirm', fault: { kind: 'drop-response' } }),
  'toss-down': (toss: SandboxControl) => toss.addFault({ fault: { kind: 'lose-request' } }),
  'toss-declines': (toss: SandboxControl) => toss.forceCode({ operation: 'confirm', code: 'REJECT_CARD_COMPANY' }),
} as const;

export type TossTrouble = keyof typeof troubles;

export const tossTroubles = Object.keys(troubles) as TossTrouble[];

/** Switches at the sandbox that stay on until they are switched off. */
export class TossTroubles {
  readonly #toss: SandboxControl;
  readonly #rules = new Map<TossTrouble, string>();

  constructor(sandboxUrl: string) {
    this.#toss = new SandboxControl(sandboxUrl);
  }

  isOn(trouble: TossTrouble): boolean {
    return this.#rules.has(trouble);
  }

  /** @throws when the sandbox does not answer; then it stays as it is. */
  async begin(trouble: TossTrouble): Promise<void> {
    if (!this.#rules.has(trouble)) this.#rules.set(trouble, await troubles[trouble](this.#toss));
  }

  async end(trouble: TossTrouble): Promise<void> {
    const id = this.#rules.get(trouble);
    if (id === undefined) return;
    // A sandbox that was killed has forgotten its rules, and refuses to remove what it does not know.
    const removing = trouble === 'toss-declines' ? this.#toss.removeForcedCode(id) : this.#toss.removeFault(id);
    await removing.catch(() => undefined);
    this.#rules.delete(trouble);
  }

  /** Of this order only: its confirm reaches Toss so much later. */
  slowConfirmOf(pgOrderId: string, delayMs: number): Promise<string> {
    const fault = { kind: 'delay', delayMs, stage: 'before' } as const;
    return this.#toss.addFault({ route: 'confirm', orderId: pgOrderId, times: 1, fault });
  }
}
