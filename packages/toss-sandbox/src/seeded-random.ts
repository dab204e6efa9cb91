/** A small deterministic generator (mulberry32): one integer replays a whole run. Not for secrets. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** In 0 … below - 1. */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  text(length: number, alphabet: string): string {
    let text = '';
    for (let index = 0; index < length; index += 1) text += alphabet.charAt(this.integer(alphabet.length));
    return text;
  }
}

export const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const lowerAlphanumerics = 'abcdefghijklmnopqrstuvwxyz0123456789';
export const hexDigits = '0123456789abcdef';
