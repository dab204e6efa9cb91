const windowMs = 60_000;

/** Counts requests per API and secret key in windows of one minute on the sandbox's clock. */
export class RateLimit {
  private readonly windows = new Map<string, { startedMs: number; count: number }>();

  /** Counts the request; false when it exceeds `limit` within its window. */
  allows(subject: string, limit: number, nowMs: number): boolean {
    const window = this.windows.get(subject);
    if (window === undefined || nowMs >= window.startedMs + windowMs) {
      this.windows.set(subject, { startedMs: nowMs, count: 1 });
      return limit >= 1;
    }
    window.count += 1;
    return window.count <= limit;
  }
}
