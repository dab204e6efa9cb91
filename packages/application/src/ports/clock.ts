export interface Clock {
  now(): Date;
  /** Resolves after `durationMs`; rejects with the signal's reason when that is aborted before. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
