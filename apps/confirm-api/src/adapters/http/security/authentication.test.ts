import { describe, expect, it } from '@jest/globals';
import { CompactSign, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { Authentication } from './authentication';
import { HttpError } from '../errors/http-error';

const SECRET = 'a-secret-of-this-test-that-is-long-enough-for-every-algorithm-there-is';
const authentication = new Authentication(SECRET);

const NOW_S = Math.floor(Date.now() / 1000);
const claims: JWTPayload = { sub: '42', exp: NOW_S + 600, roles: ['USER'] };

describe('Authentication', () => {
  describe('with a token that the platform issued', () => {
    it.each(['HS256', 'HS384', 'HS512'])('accepts %s, whichever the issuer picked', async (alg) => {
      const { requester } = await authentication.callerOf(`Bearer ${await signed(claims, { alg })}`);
      expect(requester).toEqual({ kind: 'buyer', userId: 42n });
    });

    it('does not mind how the scheme is spelled', async () => {
      const { requester } = await authentication.callerOf(`bearer  ${await signed(claims)} `);
      expect(requester).toEqual({ kind: 'buyer', userId: 42n });
    });

    it('keeps every digit of a user id', async () => {
      const token = await signed({ ...claims, sub: '9223372036854775807' });
      expect((await authentication.callerOf(`Bearer ${token}`)).requester).toEqual({
        kind: 'buyer',
        userId: 9223372036854775807n,
      });
    });

    it.each([
      [['ADMIN'], 'trusted'],
      [['USER', 'SERVICE'], 'trusted'],
      [['USER'], 'buyer'],
      [['admin'], 'buyer'],
      [['ROLE_ADMIN'], 'buyer'],
      ['ADMIN', 'buyer'],
      [[['ADMIN']], 'buyer'],
      [{ 0: 'ADMIN' }, 'buyer'],
      [null, 'buyer'],
      [undefined, 'buyer'],
    ])('with the roles %j it sees a requester that is %s', async (roles, kind) => {
      const token = await signed({ ...claims, roles });
      expect((await authentication.callerOf(`Bearer ${token}`)).requester).toMatchObject({ kind });
    });

    it('lets a service have a name instead of a user id', async () => {
      const token = await signed({ ...claims, sub: 'order-service', roles: ['SERVICE'] });
      expect((await authentication.callerOf(`Bearer ${token}`)).requester).toEqual({ kind: 'trusted' });
    });
  });

  describe('without a bearer token', () => {
    it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz', 'Bearer a b', 'Token abc'])(
      'answers %j with COMMON-401 and says which scheme it wants',
      async (header) => {
        const { errorCode, extras } = await refusalOf(header);
        expect(errorCode).toMatchObject({ code: 'COMMON-401', status: 401 });
        expect(extras.headers).toEqual({ 'WWW-Authenticate': 'Bearer' });
      },
    );
  });

  describe('with a token that proves nothing', () => {
    const withoutSub: JWTPayload = { exp: NOW_S + 600, roles: ['USER'] };
    const withoutExp: JWTPayload = { sub: '42', roles: ['USER'] };
    it.each<[string, () => Promise<string> | string]>([
      ['is no JWT', () => 'abc.def.ghi'],
      ['is signed by nobody', () => new UnsecuredJWT(claims).encode()],
      ['is signed with a key pair', signedWithKeyPair],
      ['is signed with another secret', () => signed(claims, { secret: `${SECRET}!` })],
      [
        'was changed after signing',
        async () => (await signed(claims)).replace(/\.[^.]+\./, `.${encoded({ ...claims, sub: '43' })}.`),
      ],
      ['has lost its signature', async () => (await signed(claims)).replace(/[^.]+$/, '')],
      ['is not valid yet', () => signed({ ...claims, nbf: NOW_S + 300 })],
      ['names nobody', () => signed(withoutSub)],
      ['never ends', () => signed(withoutExp)],
      ['ends at a time that is no time', () => signed({ ...claims, exp: 'tomorrow' as unknown as number })],
      ['demands an extension that nobody knows', () => signed(claims, { crit: ['x'] })],
    ])('refuses one that %s with COMMON-401-001', async (_, token) => {
      const { errorCode } = await refusalOf(`Bearer ${await token()}`);
      expect(errorCode).toMatchObject({ code: 'COMMON-401-001', status: 401 });
    });

    it.each([
      '42',
      '9007199254740993',
      '["42"]',
      '[["42"]]',
      '{"toString":"42"}',
      'true',
      'null',
      '"01"',
      '"042"',
      '"+42"',
      '"42.0"',
      '"42\\n"',
    ])('refuses the sub %s, which is no user id as text', async (sub) => {
      const { errorCode } = await refusalOf(`Bearer ${await signedText(`{"sub":${sub},"exp":${NOW_S + 600}}`)}`);
      expect(errorCode).toMatchObject({ code: 'COMMON-401-001', status: 401 });
    });

    it.each(['order-service', '-1', '0', '1.5', '0x2a', '', ' 42', '9223372036854775808', '9'.repeat(400)])(
      'refuses the user id %j with COMMON-401-001',
      async (sub) => {
        const { errorCode } = await refusalOf(`Bearer ${await signed({ ...claims, sub })}`);
        expect(errorCode.code).toBe('COMMON-401-001');
      },
    );
  });

  describe('with a token that was good once', () => {
    it('says COMMON-401-002, so that the front end renews it', async () => {
      const { errorCode } = await refusalOf(`Bearer ${await signed({ ...claims, exp: NOW_S - 60 })}`);
      expect(errorCode).toMatchObject({ code: 'COMMON-401-002', status: 401 });
    });

    it('does not say so of a forged one', async () => {
      const forged = await signed({ ...claims, exp: NOW_S - 60 }, { secret: `${SECRET}!` });
      expect((await refusalOf(`Bearer ${forged}`)).errorCode.code).toBe('COMMON-401-001');
    });
  });
});

function signed(
  payload: JWTPayload,
  { alg = 'HS512', secret = SECRET, crit }: { alg?: string; secret?: string; crit?: string[] } = {},
): Promise<string> {
  const header = crit === undefined ? { alg } : { alg, crit, x: 1 };
  return new SignJWT(payload)
    .setProtectedHeader(header)
    .sign(new TextEncoder().encode(secret), crit === undefined ? {} : { crit: { x: true } });
}

/** For claims that JavaScript would not write like this. */
function signedText(payload: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'HS512' })
    .sign(new TextEncoder().encode(SECRET));
}

async function signedWithKeyPair(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
}

function encoded(payload: JWTPayload): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64url');
}

async function refusalOf(header: string | undefined): Promise<HttpError> {
  try {
    await authentication.callerOf(header);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}
