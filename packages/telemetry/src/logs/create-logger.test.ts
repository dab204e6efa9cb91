import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger';
import { withCorrelationId } from '../correlation-id';
import { type ErrorDescription } from './describe-error';

const PAYMENT_KEY = 'tgen_20250626194853NtWm4';
const MASKED_KEY = 'tgen_…tWm4';
const BASIC = 'Basic dGVzdF9za18xMjM0NTY3ODkwOg==';

interface Line extends Record<string, unknown> {
  readonly correlationId?: string;
  readonly expected?: string;
  readonly err?: ErrorDescription;
  readonly attempt?: { readonly error: ErrorDescription };
}

function loggerWithLines() {
  const raw: string[] = [];
  const logger = createLogger({
    service: 'confirm-api',
    level: 'info',
    destination: { write: (line: string) => void raw.push(line) },
  });
  return { logger, raw, lines: () => raw.map((line) => JSON.parse(line) as Line) };
}

describe('createLogger', () => {
  it('writes one JSON line with level, ISO time, service, fields and message', () => {
    const { logger, raw, lines } = loggerWithLines();
    logger.info({ orderId: 9007199254740993n }, 'payment created');
    logger.debug('below the level');

    expect(raw).toHaveLength(1);
    expect(raw[0]).toMatch(/^[^\n]+\n$/);
    expect(lines()[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'confirm-api',
      orderId: '9007199254740993',
      msg: 'payment created',
    });
  });

  it('puts the correlationId of the surrounding work on every line, across awaits and concurrent work', async () => {
    const { logger, lines } = loggerWithLines();
    const child = logger.child({ topic: 'orders' });
    const work = (id: string) =>
      withCorrelationId(id, async () => {
        logger.info({ expected: id }, 'before');
        await nextTurn();
        child.info({ expected: id }, 'after');
      });
    await Promise.all([work('1'), work('2')]);
    logger.info('outside');

    const written = lines();
    expect(written).toHaveLength(5);
    for (const line of written.slice(0, 4)) expect(line.correlationId).toBe(line.expected);
    expect(written[4]).not.toHaveProperty('correlationId');
  });

  describe('given secrets', () => {
    it('replaces values under secret names, at any depth and in any spelling', () => {
      const { logger, raw, lines } = loggerWithLines();
      logger.info({
        Authorization: 'hunter2',
        'proxy-authorization': 'hunter2',
        DB_PASSWORD: 'hunter2',
        request: { headers: new Map([['Set-Cookie', ['hunter2']]]), config: { secretKey: { raw: 'hunter2' } } },
        tokens: [{ jwt: 'hunter2' }],
        amount: 1000,
      });
      expect(raw.join('')).not.toContain('hunter2');
      expect(lines()[0]).toMatchObject({ amount: 1000, request: { config: { secretKey: '[redacted]' } } });
    });

    it('masks payment keys in fields, lists, bindings of children, messages and their arguments', () => {
      const { logger, raw, lines } = loggerWithLines();
      const child = logger.child({ paymentKey: PAYMENT_KEY }).child({ payment: { pgTransactionId: PAYMENT_KEY } });
      child.setBindings({ payment_key: PAYMENT_KEY });
      child.info({ paymentKeys: [PAYMENT_KEY], paymentKey: { raw: PAYMENT_KEY } }, `${PAYMENT_KEY} %s`, PAYMENT_KEY);
      child.info('%j', { url: `/v1/payments/${PAYMENT_KEY}`, headers: { Authorization: BASIC } });

      expect(raw.join('')).not.toContain('20250626194853');
      expect(raw.join('')).not.toContain(BASIC);
      expect(lines()[0]).toMatchObject({
        payment_key: MASKED_KEY,
        payment: { pgTransactionId: MASKED_KEY },
        paymentKeys: [MASKED_KEY],
        msg: `${MASKED_KEY} ${MASKED_KEY}`,
      });
    });
  });

  describe('given an error', () => {
    it('prints name, message, code, stack and causes, and none of its other fields', () => {
      const { logger, raw, lines } = loggerWithLines();
      const cause = Object.assign(new TypeError(`socket of ${PAYMENT_KEY} closed`), { code: 'ECONNRESET' });
      const error = Object.assign(new Error(`${BASIC} refused`, { cause }), {
        code: 1205,
        config: { headers: { Authorization: BASIC }, data: `{"paymentKey":"${PAYMENT_KEY}"}` },
        request: { host: 'api.example' },
      });
      logger.error(error);
      logger.error({ attempt: { error } }, 'nested');

      expect(raw.join('')).not.toMatch(/dGVzdF9za18|20250626194853|config|api\.example/);
      expect(lines()[0]).toMatchObject({
        msg: 'Basic [redacted] refused',
        err: {
          name: 'Error',
          code: 1205,
          stack: expect.stringContaining('create-logger.test'),
          cause: { name: 'TypeError', message: `socket of ${MASKED_KEY} closed`, code: 'ECONNRESET' },
        },
      });
      expect(lines()[1]?.attempt?.error).toEqual(lines()[0]?.err);
    });

    it('shows the parts of an aggregate, which has no message of its own', () => {
      const { logger, lines } = loggerWithLines();
      logger.error({ err: new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]) });
      expect(lines()[0]?.err?.errors).toMatchObject([{ message: '::1 refused' }, { message: '127.0.0.1 refused' }]);
    });

    it('knows errors of another realm, endless cause chains and things that are no errors', () => {
      const { logger, raw, lines } = loggerWithLines();
      const loop = new Error('loop');
      loop.cause = loop;
      logger.error({ err: loop });
      logger.error(runInNewContext(`Object.assign(new Error('foreign'), { config: '${PAYMENT_KEY}' })`) as Error);
      logger.error({ err: new Error('odd', { cause: { password: PAYMENT_KEY } }) });

      expect(raw.join('')).not.toContain('20250626194853');
      expect(lines()[0]?.err).toMatchObject({ message: 'loop', cause: { message: 'loop' } });
      expect(lines()[1]?.err).toMatchObject({ name: 'Error', message: 'foreign' });
      expect(lines()[2]?.err?.cause?.message).toBe('a value that is not an Error was thrown');
    });
  });

  describe('given hostile objects', () => {
    const circular: Record<string, unknown> = { name: 'circular' };
    circular['self'] = [circular];
    let deep: object = {};
    for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
    const endless = { toJSON: () => ({ again: endless }) };

    it.each<[string, object]>([
      [
        'a throwing getter',
        {
          get broken(): never {
            throw new Error('getter');
          },
        },
      ],
      [
        'a throwing toJSON',
        {
          broken: {
            toJSON: () => {
              throw new Error('toJSON');
            },
          },
        },
      ],
      [
        'a proxy that refuses',
        {
          broken: new Proxy(
            {},
            {
              ownKeys: () => {
                throw new Error('trap');
              },
            },
          ),
        },
      ],
      [
        'an error with a throwing stack',
        {
          err: Object.defineProperty(new Error('e'), 'stack', {
            get: () => {
              throw new Error('stack');
            },
          }),
        },
      ],
      ['a cycle', circular],
      ['great depth', deep],
      ['great width', { list: Array.from({ length: 100_000 }, (_, index) => index) }],
      ['a toJSON that never ends', { endless }],
      ['great bytes', { value: Buffer.alloc(1_000_000, PAYMENT_KEY) }],
      ['values without JSON', { big: 1n, nan: NaN, date: new Date(NaN), symbol: Symbol('s'), call: () => 1 }],
      ['no prototype', Object.assign(Object.create(null) as object, { a: 1 })],
      ['a proto key', JSON.parse('{"__proto__":{"polluted":true}}') as object],
    ])('writes one bounded, parsable line for %s', (_name, hostile) => {
      const { logger, raw, lines } = loggerWithLines();
      logger.info(hostile, 'survived');
      expect(lines()).toMatchObject([{ msg: 'survived' }]);
      expect(raw[0]!.length).toBeLessThan(10_000);
      expect(raw[0]).not.toContain('20250626194853');
    });
  });

  it('never prints a secret, wherever it is hidden', () => {
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
    const random = randomOf(seed);
    const { logger, raw } = loggerWithLines();
    for (let round = 0; round < 2_000; round += 1) {
      const hidden = hide(random);
      raw.length = 0;
      logger.info({ context: hidden, hidden }, 'round %d', round);
      logger.error(hidden);
      logger.child({ hidden }).info('round');
      for (const line of raw) {
        JSON.parse(line);
        if (/20250626194853|dGVzdF9za18|hunter2/.test(line)) throw new Error(`FC_SEED=${seed} round ${round}: ${line}`);
      }
      expect(raw).toHaveLength(3);
    }
  });
});

/** An object that holds a payment key, a token or a password somewhere inside, wrapped in what programs wrap with. */
function hide(random: () => number): object {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const seeds: (() => object)[] = [
    () => ({ url: `https://api.example/v1/payments/${PAYMENT_KEY}` }),
    () => [`sent ${BASIC}`, PAYMENT_KEY],
    () => ({
      [pick(['password', 'x-secret', 'refreshToken', 'JWT', 'Cookie', 'apiKey'])]: pick([
        'hunter2',
        ['hunter2'],
        { a: 'hunter2' },
      ]),
    }),
    () => ({ [PAYMENT_KEY]: 1 }),
    () => new Error(`declined: ${JSON.stringify({ paymentKey: PAYMENT_KEY, password: 'hunter2' })}`),
    () => Object.assign(new Error('plain'), { config: { auth: { password: 'hunter2' } }, code: PAYMENT_KEY }),
    () => new URL(`https://root:hunter2@host/?paymentKey=${PAYMENT_KEY}`),
  ];
  const wraps: ((inner: unknown) => object)[] = [
    (inner) => ({ inner, other: 1 }),
    (inner) => [1, inner],
    (inner) => new Map([['inner', inner]]),
    (inner) => new Set([inner]),
    (inner) => ({ toJSON: () => inner }),
    (inner) => new Error('outer', { cause: inner }),
    (inner) => ({ text: JSON.stringify(inner instanceof Error ? inner.message : inner) }),
    (inner) => ({
      get inner(): unknown {
        return inner;
      },
      get broken() {
        throw new Error(PAYMENT_KEY);
      },
    }),
  ];
  let hidden = pick(seeds)();
  for (let depth = Math.floor(random() * 6); depth > 0; depth -= 1) {
    try {
      hidden = pick(wraps)(hidden);
    } catch {
      // JSON.stringify met the broken getter.
    }
  }
  return hidden;
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
