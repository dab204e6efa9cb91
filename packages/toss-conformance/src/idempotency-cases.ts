import { equal, match, notEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ConformanceCase } from './conformance-case';
import { expectError, expectFields } from './expectations';

const dayMs = 24 * 3_600_000;
const keyed = (key: string) => ({ 'idempotency-key': key });

/** What an Idempotency-Key promises. */
export const idempotencyCases: readonly ConformanceCase[] = [
  {
    name: 'a key of 300 characters is taken, one of 301 is 400 INVALID_IDEMPOTENCY_KEY',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const body = { cancelReason: 'test' };
      const fits = `${randomUUID()}${'k'.repeat(264)}`;
      expectError(await target.cancel('nobody', body, keyed(fits)), 404, 'NOT_FOUND_PAYMENT');
      expectError(await target.cancel('nobody', body, keyed(`${fits}k`)), 400, 'INVALID_IDEMPOTENCY_KEY');
    },
  },
  {
    name: 'a test code can force 409 IDEMPOTENT_REQUEST_PROCESSING, which is not kept',
    evidence: 'documented',
    needsControl: false,
    run: async (target) => {
      const key = keyed(randomUUID());
      const header = { ...key, 'tosspayments-test-code': 'IDEMPOTENT_REQUEST_PROCESSING' };
      const body = { cancelReason: 'test' };
      expectError(await target.cancel('nobody', body, header), 409, 'IDEMPOTENT_REQUEST_PROCESSING');
      expectError(await target.cancel('nobody', body, key), 404, 'NOT_FOUND_PAYMENT');
    },
  },
  {
    name: 'the same key gets the same bytes and no second effect; the trace id names both requests',
    evidence: 'measured',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      const key = keyed(randomUUID());
      const first = await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 300 }, key);
      const again = await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 300 }, key);
      expectFields(first, { balanceAmount: 700 });
      equal(again.text, first.text);
      expectFields(await target.get(`/v1/payments/${paymentKey}`), { balanceAmount: 700 });
      const original = first.headers.get('x-tosspayments-trace-id') ?? '';
      match(again.headers.get('x-tosspayments-trace-id') ?? '', new RegExp(`^[0-9a-f]{32}, ?${original}$`));
      equal(again.headers.get('idempotency-key'), key['idempotency-key']);
    },
  },
  {
    name: 'a refusal is replayed too: a corrected body under the same key does nothing',
    evidence: 'measured',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      const key = keyed(randomUUID());
      const refused = await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 2_000 }, key);
      expectError(refused, 403, 'NOT_CANCELABLE_AMOUNT');
      const corrected = await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 500 }, key);
      equal(corrected.text, refused.text);
      expectFields(await target.get(`/v1/payments/${paymentKey}`), { balanceAmount: 1_000 });
    },
  },
  {
    name: 'a key is tied to the URL: on another payment it is new, on confirm it replays whichever came first',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const [one, two] = [await target.approved(), await target.approved()];
      const key = keyed(randomUUID());
      await target.cancel(one.paymentKey, { cancelReason: 'test' }, key);
      expectFields(await target.cancel(two.paymentKey, { cancelReason: 'test' }, key), { paymentKey: two.paymentKey });
      const [three, four] = [await target.authenticated(), await target.authenticated()];
      await target.confirm(three, key);
      expectFields(await target.confirm(four, key), { paymentKey: three.paymentKey });
    },
  },
  {
    name: 'a key lives 15 days from its first use',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000);
      const key = keyed(randomUUID());
      const cancelSome = () => target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 100 }, key);
      const first = await cancelSome();
      await target.control.advanceClock(15 * dayMs - minuteMs);
      equal((await cancelSome()).text, first.text);
      await target.control.advanceClock(minuteMs);
      expectFields(await cancelSome(), { balanceAmount: 800 });
    },
  },
  {
    name: 'a look-up ignores the key',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated();
      const path = `/v1/payments/${payment.paymentKey}`;
      const key = keyed(randomUUID());
      const before = await target.get(path, key);
      await target.confirm(payment);
      notEqual((await target.get(path, key)).text, before.text);
    },
  },
  {
    name: 'while the first request is in flight the second is 409 IDEMPOTENT_REQUEST_PROCESSING',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated();
      const goOn = await target.control.holdNextConfirm(payment.orderId);
      const key = keyed(randomUUID());
      const asked = [target.confirm(payment, key), target.confirm(payment, key)];
      // Whichever is not held.
      const refused = await Promise.race(asked).finally(goOn);
      const done = (await Promise.all(asked)).find((answer) => answer !== refused) ?? refused;
      expectFields(done, { status: 'DONE' });
      expectError(refused, 409, 'IDEMPOTENT_REQUEST_PROCESSING');
      equal((await target.confirm(payment, key)).text, done.text);
    },
  },
];

const minuteMs = 60_000;
