export interface Clock {
  now(): Date;
  /** Milliseconds of a clock that never goes back and goes on while the process is stopped; only differences mean anything. */
  elapsedMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when that is aborted before. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
