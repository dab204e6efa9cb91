import { createHash } from 'node:crypto';

/** One pair of keys of a merchant. A client key may appear in several pairs: secret keys are rotated. */
export interface KeyPair {
  readonly clientKey: string;
  readonly secretKey: string;
}

export interface Merchant {
  /** Up to 14 characters. */
  readonly mId: string;
  readonly keys: readonly KeyPair[];
}

/** The keys Toss prints in its public documentation and sample repository. They open nothing but test environments. */
export const documentedMerchant: Merchant = {
  mId: 'tgen_docs',
  keys: [
    {
      clientKey: 'test_gck_docs_Ovk5rk1EwkEbP0W43n07xlzm',
      secretKey: 'test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6',
    },
    {
      clientKey: 'test_ck_D5GePWvyJnrK0W0k6q8gLzN97Eoq',
      secretKey: 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R',
    },
  ],
};

/** Who a secret key speaks for. */
export interface KeyHolder {
  readonly mId: string;
  /** Stands for the secret key wherever it would be written down. */
  readonly fingerprint: string;
  /** The client keys whose payments this secret key may confirm. */
  readonly clientKeys: ReadonlySet<string>;
}

/** A payment refers to these strings instead of to a copy of its own that came with a request. */
export interface ClientKeyOwner {
  readonly mId: string;
  readonly clientKey: string;
}

/** Every key the sandbox accepts. Construction throws an Error that names a wrong key by its first characters only. */
export class MerchantKeys {
  private readonly holders = new Map<string, KeyHolder>();
  private readonly owners = new Map<string, ClientKeyOwner>();

  constructor(readonly merchants: readonly Merchant[]) {
    for (const merchant of merchants) {
      if (merchant.mId.length === 0 || merchant.mId.length > 14)
        throw new Error(`mId ${merchant.mId}: 1 to 14 characters`);
      for (const pair of merchant.keys) this.add(merchant.mId, pair);
    }
  }

  holderOf(secretKey: string): KeyHolder | undefined {
    return this.holders.get(secretKey);
  }

  /** Who a client key belongs to, or undefined when nobody has it. */
  ownerOf(clientKey: string): ClientKeyOwner | undefined {
    return this.owners.get(clientKey);
  }

  private add(mId: string, { clientKey, secretKey }: KeyPair): void {
    const family = familyOf(clientKey, ['test_gck_', 'test_ck_']);
    if (familyOf(secretKey, ['test_gsk_', 'test_sk_']) !== family) {
      throw new Error(
        `${masked(clientKey)} and ${masked(secretKey)} are of different families (gck with gsk, ck with sk)`,
      );
    }
    if ((this.owners.get(clientKey)?.mId ?? mId) !== mId || (this.holders.get(secretKey)?.mId ?? mId) !== mId) {
      throw new Error(`${masked(clientKey)} or ${masked(secretKey)} belongs to two merchants`);
    }
    const clientKeys = new Set([...(this.holders.get(secretKey)?.clientKeys ?? []), clientKey]);
    this.owners.set(clientKey, { mId, clientKey });
    this.holders.set(secretKey, { mId, fingerprint: fingerprintOf(secretKey), clientKeys });
  }
}

/** Enough of a hash to tell keys apart, too little to be one. */
export const fingerprintOf = (credentials: string) =>
  createHash('sha256').update(credentials).digest('hex').slice(0, 16);

function familyOf(key: string, [widget, api]: [string, string]): 'widget' | 'api' {
  if (key.startsWith('live_')) throw new Error(`${masked(key)} is a live key; the sandbox takes test keys only`);
  if (key.startsWith(widget)) return 'widget';
  if (key.startsWith(api)) return 'api';
  throw new Error(`${masked(key)} starts neither with ${widget} nor with ${api}`);
}

const masked = (key: string) => `${key.slice(0, 9)}…`;
