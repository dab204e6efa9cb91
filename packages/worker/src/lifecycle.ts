import { setMaxListeners } from 'node:events';
import { type Logger } from '@koosco/payment-telemetry';
import { type ShutdownOutcome } from './shutdown-outcome';

export interface LifecycleOptions {
  readonly logger: Logger;
  /** For the whole shutdown; {@link SHUTDOWN_DEADLINE_MS} unless given. */
  readonly deadlineMs?: number;
}

/** Below the 30 s after which Kubernetes kills unless told otherwise, with time left to log what hung. */
export const SHUTDOWN_DEADLINE_MS = 25_000;

/**
 * The life of a worker process: what `run` opens is registered with `onShutdown` on the line below, and unwound in
 * reverse when a signal arrives.
 */
export class Lifecycle {
  private readonly logger: Logger;
  private readonly deadlineMs: number;
  private readonly stopping = new AbortController();
  private readonly steps: ShutdownStep[] = [];
  private starting: Promise<void> | undefined;
  private stopped: Promise<ShutdownOutcome> | undefined;

  constructor({ logger, deadlineMs = SHUTDOWN_DEADLINE_MS }: LifecycleOptions) {
    this.logger = logger;
    this.deadlineMs = deadlineMs;
    // Every duty that waits listens, and Node would take more than ten for a leak.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Aborts when shutdown begins: whoever waits stops waiting, whoever loops stops after this round. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /**
   * Runs the worker's start. A start that throws is logged, what it opened is closed, and the process exits with 1; a
   * shutdown during the start waits for it to give up (`signal`) before closing. Never rejects.
   */
  async run(start: () => Promise<void>): Promise<void> {
    const failure = Promise.resolve()
      .then(start)
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    this.starting = failure.then(() => undefined);
    const failed = await failure;
    this.starting = undefined;
    // Giving up is what a start is expected to do when it is told to stop.
    if (failed === undefined || this.signal.aborted) return;

    this.logger.fatal({ err: failed.error }, 'start failed');
    await this.shutdown('start failed');
    this.exit(1);
  }

  /** Steps run in reverse order of registration, one at a time; one that throws does not keep the others from running. */
  onShutdown(name: string, close: () => Promise<void> | void): void {
    this.steps.push({ name, close });
  }

  /** Aborts `signal` and unwinds. Called again, returns the outcome of the first call. Never rejects. */
  shutdown(reason: string): Promise<ShutdownOutcome> {
    this.stopped ??= this.unwind(reason);
    return this.stopped;
  }

  /** What only a fresh process can mend: logs it, unwinds, and exits with 1, so that a supervisor starts another. */
  fail(message: string, error: unknown): void {
    this.logger.fatal({ err: error }, message);
    void this.shutdown(message).then(() => this.exit(1));
  }

  /**
   * From now on SIGTERM and SIGINT drain and exit (0 when drained, 1 otherwise), a second signal exits with 1 at once,
   * and an unhandled rejection or uncaught exception is logged and exits with 1: the state of the process is unknown
   * then, and every worker can be killed at any instant anyway.
   */
  installSignalHandlers(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.onSignal(signal));
    process.on('uncaughtException', (error) => this.onFatal('uncaught exception', error));
    process.on('unhandledRejection', (reason) => this.onFatal('unhandled rejection', reason));
  }

  private async unwind(reason: string): Promise<ShutdownOutcome> {
    this.logger.info({ reason, deadlineMs: this.deadlineMs }, 'shutdown begins');
    this.stopping.abort(new Error(`shutting down: ${reason}`));

    const deadline = startDeadline(this.deadlineMs);
    const failed: string[] = [];
    // A start under way may still register what it is opening, so it is waited for before anything is closed.
    const { starting } = this;
    if (starting) this.onShutdown('start', () => starting);
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      const result = await Promise.race([this.close(step), deadline.passed]);
      if (result === 'deadline') return this.reportDeadline(step.name);
      if (result === 'failed') failed.push(step.name);
    }
    deadline.cancel();
    this.logger.info({ failed }, 'shutdown ends');
    return failed.length === 0 ? { kind: 'drained' } : { kind: 'failed', failed };
  }

  private async close({ name, close }: ShutdownStep): Promise<'closed' | 'failed'> {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    try {
      await close();
      this.logger.info({ step: name, durationMs: durationMs() }, 'shutdown step done');
      return 'closed';
    } catch (error) {
      this.logger.error({ step: name, durationMs: durationMs(), err: error }, 'shutdown step failed');
      return 'failed';
    }
  }

  private reportDeadline(hung: string): ShutdownOutcome {
    const notReached = this.steps.map(({ name }) => name).reverse();
    this.logger.error({ hung, notReached, deadlineMs: this.deadlineMs }, `shutdown deadline passed, ${hung} hung`);
    return { kind: 'deadline', hung, notReached };
  }

  private async onSignal(signal: NodeJS.Signals): Promise<void> {
    if (this.signal.aborted) {
      this.logger.warn({ signal }, 'second signal: exit without draining');
      this.exit(1);
      return;
    }
    const outcome = await this.shutdown(signal);
    this.exit(outcome.kind === 'drained' ? 0 : 1);
  }

  private onFatal(what: string, error: unknown): void {
    this.logger.fatal({ err: error }, what);
    this.exit(1);
  }

  private exit(code: number): void {
    const exit = () => process.exit(code);
    // A log destination that cannot flush must not keep the process.
    setTimeout(exit, FLUSH_TIMEOUT_MS);
    this.logger.flush(exit);
  }
}

const FLUSH_TIMEOUT_MS = 1_000;

interface ShutdownStep {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

function startDeadline(deadlineMs: number): { passed: Promise<'deadline'>; cancel: () => void } {
  let timer: NodeJS.Timeout;
  const passed = new Promise<'deadline'>((resolve) => {
    // Not unref'd: it also keeps the process from ending by itself, as if drained, while a step hangs on nothing.
    timer = setTimeout(() => resolve('deadline'), deadlineMs);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
