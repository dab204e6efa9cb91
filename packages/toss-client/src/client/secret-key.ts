import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A secret key that no log line, error or JSON can print by accident: only {@link SecretKey.basicAuthorization} reveals
 * it, to the one header that needs it.
 */
export class SecretKey {
  readonly #authorization: string;

  /**
   * Tells two secret keys apart without telling either: 12 hexadecimal digits of its SHA-256. A key has far more than
   * 48 bits of randomness, so that nothing about it can be found out from them.
   */
  readonly fingerprint: string;

  constructor(text: string) {
    this.#authorization = `Basic ${Buffer.from(`${text}:`, 'utf8').toString('base64')}`;
    this.fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 12);
  }

  /** Toss takes the key as user name with an empty password; without the colon it answers INCORRECT_BASIC_AUTH_FORMAT. */
  basicAuthorization(): string {
    return this.#authorization;
  }

  toString(): string {
    return '[secret key]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
