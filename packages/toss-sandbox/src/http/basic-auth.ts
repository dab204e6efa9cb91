import { type KeyHolder, type MerchantKeys } from '../state/merchant-keys';

export type Authentication =
  | { readonly kind: 'known'; readonly holder: KeyHolder }
  | { readonly kind: 'refused'; readonly code: 'UNAUTHORIZED_KEY' | 'INCORRECT_BASIC_AUTH_FORMAT' };

/** Basic auth with the secret key as user and an empty password. Documented: a missing colon is a 403 of its own. */
export function authenticateKey(header: string | undefined, keys: MerchantKeys): Authentication {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return { kind: 'refused', code: 'UNAUTHORIZED_KEY' };
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  if (colon === -1) return { kind: 'refused', code: 'INCORRECT_BASIC_AUTH_FORMAT' };
  const holder = keys.holderOf(credentials.slice(0, colon));
  return holder === undefined ? { kind: 'refused', code: 'UNAUTHORIZED_KEY' } : { kind: 'known', holder };
}
