import { setTimeout as delay } from 'node:timers/promises';
import { isError } from '@koosco/payment-telemetry';
import { type HealthCheck, type HealthCheckResult } from './health-check';
import { type Logger } from '@koosco/payment-telemetry';

interface CachedHealthCheckOptions {
  readonly name: string;
  readonly check: HealthCheck;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly cacheMs: number;
  readonly now: () => number;
}

/** Shorter than for UP: work waits for a worker that was not ready a moment ago. Ten questions a second hurt no dependency. */
const DOWN_CACHE_MS = 100;

/** One check, asked by one prober at a time, its answer kept for a while. */
export class CachedHealthCheck {
  private running: Promise<HealthCheckResult> | undefined;
  private latest: { readonly result: HealthCheckResult; readonly at: number } | undefined;

  constructor(private readonly options: CachedHealthCheckOptions) {}

  /** Never rejects. */
  async result(): Promise<HealthCheckResult> {
    const { now, cacheMs } = this.options;
    if (this.latest) {
      const keptMs = this.latest.result.status === 'UP' ? cacheMs : Math.min(cacheMs, DOWN_CACHE_MS);
      if (now() - this.latest.at < keptMs) return this.latest.result;
    }

    this.running ??= this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<HealthCheckResult> {
    const { check, timeoutMs, now } = this.options;
    const deadline = new AbortController();
    const answered = new AbortController();
    const timeout = delay(timeoutMs, TIMED_OUT, { signal: answered.signal });
    let result: HealthCheckResult;
    let failure: unknown;
    try {
      // Called inside `then`, so that a check that throws before its first await is a DOWN as well.
      const answer = await Promise.race([Promise.resolve(deadline.signal).then(check), timeout]);
      result = answer === TIMED_OUT ? { status: 'DOWN', details: { error: `no answer in ${timeoutMs} ms` } } : answer;
    } catch (error) {
      failure = error;
      result = { status: 'DOWN', details: { error: kindOf(error) } };
    } finally {
      deadline.abort();
      timeout.catch(() => undefined);
      answered.abort();
    }
    this.logChange(result, failure);
    this.latest = { result, at: now() };
    return result;
  }

  private logChange(result: HealthCheckResult, failure: unknown): void {
    const before = this.latest?.result.status ?? 'UP';
    if (before === result.status) return;
    const { name, logger } = this.options;
    const fields = { component: name, ...result.details, ...(failure !== undefined && { err: failure }) };
    if (result.status === 'DOWN') logger.warn(fields, `health: ${name} is down`);
    else logger.info(fields, `health: ${name} is up again`);
  }
}

const TIMED_OUT = Symbol('timed out');

// Messages of drivers contain addresses and accounts: the log has them, masked; a probe gets the code or class alone.
function kindOf(error: unknown): string {
  if (!isError(error)) return 'Error';
  const code: unknown = 'code' in error ? error.code : undefined;
  return (
    [code, error.name].find((kind): kind is string => typeof kind === 'string' && IDENTIFIER.test(kind)) ?? 'Error'
  );
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{1,39}$/;
