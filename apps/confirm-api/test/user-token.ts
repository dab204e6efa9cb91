import { CompactSign, type JWTPayload, SignJWT } from 'jose';

/** The development default of the worker. */
const SECRET = 'mySecretKeyForJWTWhichShouldBeAtLeast256BitsLongToEnsureSecurityAndCompliance';

/** A token as the platform's login gives it, good for ten minutes. */
export function userToken(userId: bigint | string, claims: JWTPayload = { roles: ['USER'] }): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS512' })
    .setSubject(userId.toString())
    .setExpirationTime('10 minutes')
    .sign(new TextEncoder().encode(SECRET));
}

/** A signed token whose claims JavaScript would not write like this. */
export function signedText(claims: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(claims))
    .setProtectedHeader({ alg: 'HS512' })
    .sign(new TextEncoder().encode(SECRET));
}
