import { type Requester } from '@koosco/payment-application';
import { RuleViolation, UserId } from '@koosco/payment-domain';
import { type CryptoKey, errors, type JWTPayload, jwtVerify } from 'jose';
import { commonErrorCodes } from '../errors/error-codes';
import { HttpError } from '../errors/http-error';

export interface Caller {
  readonly requester: Requester;
  readonly callerId: string;
  readonly isAdmin: boolean;
}

/**
 * Who sends a request, by the platform's token: a JWT signed with the shared secret. The issuer picks one of three HMAC
 * algorithms by key length; anything else, `none` above all, is refused.
 */
export class Authentication {
  readonly #keys: ReadonlyMap<string, Promise<CryptoKey>>;

  constructor(secret: string) {
    // Imported once for each, and not, as jose would, for every token: half of what a token costs.
    this.#keys = new Map(HASHES.map(([algorithm, hash]) => [algorithm, hmacKey(secret, hash)]));
  }

  /** @throws HttpError 401 with the code that tells a missing, an invalid and an expired token apart. */
  async callerOf(authorization: string | undefined): Promise<Caller> {
    const token = bearerToken(authorization);
    if (token === null) throw unauthenticated(commonErrorCodes.UNAUTHENTICATED);
    const claims = await this.#verify(token);
    const requester = requesterOf(claims);
    const isAdmin = Array.isArray(claims['roles']) && claims['roles'].includes('ADMIN');
    return { requester, isAdmin, callerId: `${requester.kind}:${String(claims.sub)}` };
  }

  #keyOf(algorithm: string): Promise<CryptoKey> {
    const key = this.#keys.get(algorithm);
    // jose has compared it with `algorithms` before it asks for a key.
    if (key === undefined) throw new Error(`no key for ${algorithm}`);
    return key;
  }

  async #verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, ({ alg }) => this.#keyOf(alg), {
        algorithms: [...this.#keys.keys()],
        // A token that never ends would outlive every leak of it.
        requiredClaims: ['sub', 'exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated(commonErrorCodes.EXPIRED_TOKEN);
      if (error instanceof errors.JOSEError) throw unauthenticated(commonErrorCodes.INVALID_TOKEN);
      throw error;
    }
  }
}

/** What the platform signs with, and the hash of each. */
const HASHES = [
  ['HS256', 'SHA-256'],
  ['HS384', 'SHA-384'],
  ['HS512', 'SHA-512'],
] as const;

function hmacKey(secret: string, hash: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash }, false, ['verify']);
}

const TRUSTED_ROLES = ['ADMIN', 'SERVICE'];

/** As an id is written: any other spelling, such as `01`, would be a second name of the same user. */
const USER_ID = /^[1-9][0-9]{0,18}$/;

function requesterOf({ sub, roles }: JWTPayload): Requester {
  if (Array.isArray(roles) && roles.some((role) => TRUSTED_ROLES.includes(role as string))) return { kind: 'trusted' };
  // The type is a promise of the issuer's. A number has been rounded by now if it is large, and a list would match too.
  if (typeof sub !== 'string' || !USER_ID.test(sub)) throw unauthenticated(commonErrorCodes.INVALID_TOKEN);
  try {
    return { kind: 'buyer', userId: UserId.of(BigInt(sub)) };
  } catch (error) {
    if (error instanceof RuleViolation) throw unauthenticated(commonErrorCodes.INVALID_TOKEN);
    throw error;
  }
}

/** RFC 6750 section 2.1; the scheme's case does not matter (RFC 9110 section 11.1). */
function bearerToken(authorization: string | undefined): string | null {
  return /^bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

function unauthenticated(code: (typeof commonErrorCodes)[keyof typeof commonErrorCodes]): HttpError {
  return new HttpError(code, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
