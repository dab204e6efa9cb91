/** The sandbox's only source of time: the real clock plus an offset, or a virtual one that stands still. */
export class SandboxClock {
  private offsetMs = 0;

  constructor(
    readonly mode: 'real' | 'virtual',
    private virtualNowMs = Date.now(),
  ) {}

  nowMs(): number {
    return this.mode === 'virtual' ? this.virtualNowMs : Date.now() + this.offsetMs;
  }

  /** Moves time forward; going back throws a RangeError. */
  advance(byMs: number): void {
    if (!Number.isFinite(byMs) || byMs < 0) throw new RangeError(`Time only moves forward, not by ${byMs} ms`);
    if (this.mode === 'virtual') this.virtualNowMs += byMs;
    else this.offsetMs += byMs;
  }

  /** Puts a restarted sandbox where the previous one's clock was: never earlier than what it has recorded. */
  resume(reading: { offsetMs: number; nowMs: number }): void {
    this.offsetMs = reading.offsetMs;
    this.virtualNowMs = reading.nowMs;
  }

  reading(): { offsetMs: number; nowMs: number } {
    return { offsetMs: this.offsetMs, nowMs: this.nowMs() };
  }
}
