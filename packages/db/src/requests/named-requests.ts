/** What a caller was told, byte for byte. */
export interface GivenAnswer {
  readonly status: number;
  /** Those that belong to the answer itself, not to this connection. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Requests that their callers named by an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header). */
export interface NamedRequests {
  /**
   * Notes that it was begun, if it was not before.
   * @param fingerprint of what it asks for.
   * @returns what is known of the first request of this id: what it asked for, and what was answered, if anything was.
   */
  begin(requestId: string, fingerprint: string): Promise<{ fingerprint: string; answer: GivenAnswer | null }>;

  /** Keeps the first answer; a later one changes nothing. @returns the one that counts. */
  answer(requestId: string, answer: GivenAnswer): Promise<GivenAnswer>;

  /** Forgets at most `limit` that were begun longer ago than this. @returns how many. */
  forget(olderThanMs: number, limit: number): Promise<number>;
}
