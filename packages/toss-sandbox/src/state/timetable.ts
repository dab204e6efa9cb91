import { type WebhookDelivery } from '../webhooks/webhook-delivery';
import { type SandboxState } from './sandbox-state';

/** A timer may not sleep longer than this many milliseconds (2^31 - 1). */
const timerMaxMs = 2_147_483_647;

/** Makes what is due happen: expiries and webhook retries, by timer on a real clock and step by step when it is advanced. */
export class Timetable {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly state: SandboxState) {}

  /**
   * Moves the clock and stops at every due moment on the way, so that a retry due in one minute is sent at that minute
   * even when an hour is skipped. Resolves when all of it has happened and every webhook has had its answer.
   */
  advance(byMs: number): Promise<void> {
    this.running = this.running.then(() => this.step(byMs));
    const advanced = this.running;
    this.running = advanced.catch(() => undefined);
    return advanced;
  }

  /** Sends webhooks that were just caused; resolves when each has had its first answer. */
  async dispatch(deliveries: readonly WebhookDelivery[]): Promise<void> {
    if (deliveries.length === 0 || this.stopped) return;
    if (!this.state.webhooks.manners.hold) {
      await Promise.all(deliveries.map((delivery) => this.state.webhooks.attempt(delivery.id)));
    }
    this.wake();
  }

  /** Plans the next wake-up; to be called whenever something new may be due. */
  wake(): void {
    clearTimeout(this.timer);
    const dueAtMs = this.nextDueAtMs();
    if (this.stopped || dueAtMs === undefined || this.state.clock.mode === 'virtual') return;
    const delayMs = Math.min(Math.max(dueAtMs - this.state.clock.nowMs(), 0), timerMaxMs);
    this.timer = setTimeout(() => {
      this.advance(0).then(
        () => this.wake(),
        () => undefined,
      );
    }, delayMs);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async step(byMs: number): Promise<void> {
    const { clock } = this.state;
    if (!Number.isFinite(byMs) || byMs < 0) throw new RangeError(`Time only moves forward, not by ${byMs} ms`);
    // A webhook on its way gets its answer first: its retry may be due within this very step.
    await this.state.webhooks.idle();
    const targetMs = clock.nowMs() + byMs;
    for (let dueAtMs = this.nextDueAtMs(); dueAtMs !== undefined && dueAtMs <= targetMs; dueAtMs = this.nextDueAtMs()) {
      if (this.stopped) return;
      clock.advance(Math.max(dueAtMs - clock.nowMs(), 0));
      await this.dispatch(await this.state.expireDue());
      await this.state.webhooks.attemptDue();
    }
    clock.advance(Math.max(targetMs - clock.nowMs(), 0));
    if (byMs > 0) await this.state.commit({});
  }

  private nextDueAtMs(): number | undefined {
    const times = [this.state.payments.nextExpiryAtMs(), this.state.webhooks.nextDueAtMs()];
    const due = times.filter((time) => time !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}
