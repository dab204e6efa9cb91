import { SignJWT } from 'jose';

/** The development default of the workers; see the README. */
const DEVELOPMENT_SECRET = 'mySecretKeyForJWTWhichShouldBeAtLeast256BitsLongToEnsureSecurityAndCompliance';

export type Role = 'USER' | 'ADMIN' | 'SERVICE';

/** A token as the platform's login would give it to this user, good for a day. */
export function userToken(userId: bigint, roles: readonly Role[] = ['USER']): Promise<string> {
  return new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS512' })
    .setSubject(userId.toString())
    .setIssuedAt()
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(DEVELOPMENT_SECRET));
}
