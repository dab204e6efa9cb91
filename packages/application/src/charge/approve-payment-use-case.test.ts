import { describe, expect, it } from '@jest/globals';
import { type ApprovalOutcome, Money, OrderId, UserId } from '@koosco/payment-domain';
import { amount, orderId, readyOrder } from '../testing/ready-order';

const declined = { kind: 'declined', pgCode: 'REJECT_CARD_COMPANY', pgMessage: '결제 승인이 거절되었습니다.' } as const;
const refused = { kind: 'refused', pgCode: 'NOT_FOUND_PAYMENT_SESSION', pgMessage: '결제 시간이 만료' } as const;
const notCharged = { kind: 'not-charged', cause: 'unavailable', pgCode: null, pgMessage: null } as const;
const unknown = { kind: 'unknown', pgCode: null, reason: 'no answer' } as const;
const account = { bank: '신한은행', accountNumber: 'X6505636518308', holder: '김토스', dueAt: null };
const awaitingDeposit = { kind: 'awaiting-deposit', account } as const;

describe('ApprovePaymentUseCase', () => {
  describe('when the payment is READY and the gateway approves', () => {
    it('is approved, with one charge of the stored values and one completed event', async () => {
      const { approve, payment, events, gateway, database } = await readyOrder();
      expect(await approve()).toMatchObject({
        kind: 'approved',
        orderId,
        paidAmount: amount,
        method: '카드',
        replayed: false,
      });
      expect(await payment()).toMatchObject({ status: 'APPROVED', sequence: 2, approval: { paymentKey: 'key-1' } });
      expect(events()).toEqual(['payment.created', 'payment.completed']);
      expect(gateway.charges).toEqual([
        expect.objectContaining({ paymentKey: 'key-1', pgOrderId: 'ord-0000000000000000123', amount }),
      ]);
      expect(database.tables.transactions.map(({ transaction }) => [transaction.type, transaction.status])).toEqual([
        ['APPROVAL', 'SUCCESS'],
      ]);
    });

    it('gives the same answer again and again, without the gateway', async () => {
      const { approve, gateway, events } = await readyOrder();
      const first = await approve();
      for (const again of [await approve(), await approve()]) expect(again).toEqual({ ...first, replayed: true });
      expect(gateway.approvals).toHaveLength(1);
      expect(events()).toHaveLength(2);
    });

    it('refuses another payment key', async () => {
      const { approve, gateway } = await readyOrder();
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toEqual({ kind: 'already-approved' });
      expect(gateway.approvals).toHaveLength(1);
    });
  });

  describe('before the gateway is asked', () => {
    it.each([
      ['an unknown order', { orderId: OrderId.of(999n) }, 'not-found'],
      ['somebody else’s payment', { requester: { kind: 'buyer', userId: UserId.of(8n) } }, 'not-found'],
      ['one won too little', { amount: Money.krw(9_999n) }, 'amount-mismatch'],
      ['nothing at all', { amount: Money.zero }, 'amount-mismatch'],
    ] as const)('refuses %s', async (_what, overrides, kind) => {
      const { approve, gateway, attempts } = await readyOrder();
      expect(await approve(overrides)).toEqual({ kind });
      expect(gateway.approvals).toEqual([]);
      expect(attempts()).toEqual([]);
    });

    it('hides from a stranger even that the amount is wrong', async () => {
      const { approve } = await readyOrder();
      const stranger = { kind: 'buyer', userId: UserId.of(8n) } as const;
      expect(await approve({ requester: stranger, amount: Money.zero })).toEqual({ kind: 'not-found' });
    });

    it('lets a trusted requester act for the buyer', async () => {
      const { approve } = await readyOrder();
      expect(await approve({ requester: { kind: 'trusted' } })).toMatchObject({ kind: 'approved' });
    });
  });

  describe('when the gateway declines', () => {
    it('fails the payment once, and says the same to the same key ever after', async () => {
      const { approve, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: declined });
      expect(await approve()).toEqual(declined);
      expect(await approve()).toEqual(declined);
      expect((await payment())?.status).toBe('FAILED');
      expect(events()).toEqual(['payment.created', 'payment.failed']);
      expect(gateway.approvals).toHaveLength(1);
    });

    it('is over for any other key', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: declined });
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toEqual({ kind: 'not-ready' });
    });
  });

  describe('when no money moved for another reason', () => {
    it.each([refused, notCharged])('stays READY after $kind, and can still be paid', async (outcome) => {
      const { approve, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: outcome });
      expect(await approve()).toMatchObject({ kind: outcome.kind, pgCode: outcome.pgCode });
      expect((await payment())?.status).toBe('READY');
      expect(await approve()).toMatchObject({ kind: 'approved' });
      expect(events()).toEqual(['payment.created', 'payment.completed']);
      const [first, second] = gateway.approvals;
      expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
    });
  });

  describe('when the answer was lost', () => {
    it('stays READY and unresolved, and a retry asks what became of it before it sends anything', async () => {
      const { approve, gateway, payment, attempts } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      expect(await approve()).toMatchObject({ kind: 'unknown', retryAfterSeconds: expect.any(Number) });
      expect((await payment())?.status).toBe('READY');
      expect(attempts()).toEqual(['UNKNOWN']);

      expect(await approve()).toMatchObject({ kind: 'approved', replayed: false });
      expect([gateway.charges.length, gateway.approvals.length, gateway.lookUps.length]).toEqual([1, 1, 1]);
      expect(attempts()).toEqual(['SUCCEEDED']);
    });

    it('is sent again, with the same idempotency key, where the gateway says that nothing happened', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: false });
      await approve();
      expect(await approve()).toMatchObject({ kind: 'approved' });
      expect(gateway.charges).toHaveLength(1);
      expect(gateway.approvals).toHaveLength(2);
      expect(new Set(gateway.approvals.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    });

    it('keeps every other payment key away from the gateway until it is known', async () => {
      const { approve, gateway } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      await approve();
      expect(await approve({ paymentKey: 'key-2' })).toMatchObject({ kind: 'in-progress' });
      expect(gateway.approvals.map(({ paymentKey }) => paymentKey)).toEqual(['key-1']);
    });

    it('is settled by the relay, and the retry replays what the relay found', async () => {
      const { approve, relay, clock, gateway, events } = await readyOrder();
      gateway.script('key-1', { answer: unknown, charges: true });
      await approve();
      await clock.advance(5_000);
      expect(await relay()).toEqual([expect.objectContaining({ outcome: 'approved' })]);
      expect(await approve()).toMatchObject({ kind: 'approved', replayed: true });
      expect(gateway.approvals).toHaveLength(1);
      expect(events()).toEqual(['payment.created', 'payment.completed']);
    });

    it('never becomes a failure by itself, however often the gateway cannot say', async () => {
      const { approve, relay, clock, gateway, payment, attempts } = await readyOrder();
      gateway.script('key-1', { answer: unknown });
      gateway.scriptLookUp('key-1', ...Array.from({ length: 20 }, () => unknown));
      await approve();
      for (let round = 0; round < 20; round++) {
        await clock.advance(60_000);
        expect(await relay()).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
      }
      expect((await payment())?.status).toBe('READY');
      expect(attempts()).toEqual(['UNKNOWN']);
    });
  });

  describe('when a virtual account was issued', () => {
    it('is neither paid nor failed until the deposit is seen', async () => {
      const { approve, relay, clock, gateway, payment, events } = await readyOrder();
      gateway.script('key-1', { answer: awaitingDeposit });
      expect(await approve()).toMatchObject({ kind: 'awaiting-deposit', account });
      expect(await approve()).toMatchObject({ kind: 'awaiting-deposit', account });
      expect((await payment())?.status).toBe('READY');
      expect(events()).toEqual(['payment.created']);

      const deposited: ApprovalOutcome = {
        kind: 'approved',
        pgTransactionId: 'deposit-1',
        approvedAt: clock.now(),
        method: '가상계좌',
        receiptUrl: null,
      };
      gateway.scriptLookUp('key-1', deposited);
      await clock.advance(60_000);
      await relay();
      expect((await payment())?.status).toBe('APPROVED');
    });
  });
});
