import { type Pool, type UpsertResult } from 'mariadb';
import { type GivenAnswer, type NamedRequests } from './named-requests';

/** Each call is one or two statements outside a transaction, each committed before it answers. */
export class MariaDbNamedRequests implements NamedRequests {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async begin(requestId: string, fingerprint: string): Promise<{ fingerprint: string; answer: GivenAnswer | null }> {
    await this.pool.query<UpsertResult>(
      `INSERT INTO payment_named_request (request_id, fingerprint) VALUES (?, ?)
       ON DUPLICATE KEY UPDATE request_id = request_id`,
      [requestId, fingerprint],
    );
    const known = await this.#find(requestId);
    // Forgotten between the two statements: it was weeks old, and is as good as new.
    return known ?? { fingerprint, answer: null };
  }

  async answer(requestId: string, answer: GivenAnswer): Promise<GivenAnswer> {
    await this.pool.query<UpsertResult>(
      `UPDATE payment_named_request SET answer_status = ?, answer_headers = ?, answer_body = ?
       WHERE request_id = ? AND answer_status IS NULL`,
      [answer.status, JSON.stringify(answer.headers), answer.body, requestId],
    );
    return (await this.#find(requestId))?.answer ?? answer;
  }

  async forget(olderThanMs: number, limit: number): Promise<number> {
    const { affectedRows } = await this.pool.query<UpsertResult>(
      `DELETE FROM payment_named_request WHERE created_at < NOW(3) - INTERVAL ? SECOND ORDER BY created_at LIMIT ?`,
      [Math.ceil(olderThanMs / 1_000), limit],
    );
    return affectedRows;
  }

  async #find(requestId: string): Promise<{ fingerprint: string; answer: GivenAnswer | null } | null> {
    const [row] = await this.pool.query<Row[]>(
      `SELECT fingerprint, answer_status AS status, answer_headers AS headers, answer_body AS body
       FROM payment_named_request WHERE request_id = ?`,
      [requestId],
    );
    if (row === undefined) return null;
    const { fingerprint, status, headers, body } = row;
    if (status === null || headers === null || body === null) return { fingerprint, answer: null };
    return { fingerprint, answer: { status, headers: JSON.parse(headers) as Record<string, string>, body } };
  }
}

interface Row {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
}
