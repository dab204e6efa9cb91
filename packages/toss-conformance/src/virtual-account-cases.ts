import { deepEqual, equal, match } from 'node:assert/strict';
import { type ConformanceCase } from './conformance-case';
import { expectError, expectFields } from './expectations';

const account = { bank: '20', accountNumber: '123456789', holderName: '김토스' };
const virtual = { method: 'VIRTUAL_ACCOUNT' } as const;

/** Virtual accounts: approved without money, money without a request. */
export const virtualAccountCases: readonly ConformanceCase[] = [
  {
    name: 'confirming a virtual account is 200 with WAITING_FOR_DEPOSIT; the deposit makes it DONE',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const payment = await target.authenticated(1_000, virtual);
      const answer = await target.confirm(payment);
      expectFields(answer, { status: 'WAITING_FOR_DEPOSIT', method: '가상계좌', approvedAt: null });
      const { accountNumber } = answer.fields['virtualAccount'] as { accountNumber: string };
      match(accountNumber, /^X\d+$/);
      expectError(await target.confirm(payment), 400, 'ALREADY_PROCESSED_PAYMENT');
      await target.control.deposit(payment.paymentKey);
      expectFields(await target.get(`/v1/payments/${payment.paymentKey}`), { status: 'DONE' });
    },
  },
  {
    name: 'before the deposit only everything can be cancelled: 403 NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000, virtual);
      const part = await target.cancel(paymentKey, { cancelReason: 'test', cancelAmount: 500 });
      expectError(part, 403, 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT');
      expectFields(await target.cancel(paymentKey, { cancelReason: 'test' }), { status: 'CANCELED' });
      deepEqual(
        (await target.control.ledger()).filter((row) => row.paymentKey === paymentKey),
        [],
      );
    },
  },
  {
    name: 'after the deposit a cancellation needs an account to refund into',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000, virtual);
      await target.control.deposit(paymentKey);
      const cancel = (refundReceiveAccount?: object) =>
        target.cancel(paymentKey, { cancelReason: 'test', refundReceiveAccount });
      expectError(await cancel(), 400, 'INVALID_REQUEST');
      expectError(await cancel({ ...account, bank: '' }), 400, 'INVALID_BANK');
      expectError(await cancel({ ...account, accountNumber: '12-34' }), 400, 'INVALID_REFUND_ACCOUNT_NUMBER');
      expectError(await cancel({ ...account, holderName: '' }), 400, 'INVALID_REFUND_ACCOUNT_INFO');
      expectFields(await cancel(account), { status: 'CANCELED', balanceAmount: 0 });
    },
  },
  {
    name: 'the bank can take a deposit back: DONE becomes WAITING_FOR_DEPOSIT, and can be paid again',
    evidence: 'documented',
    needsControl: true,
    run: async (target) => {
      const { paymentKey } = await target.approved(1_000, virtual);
      await target.control.deposit(paymentKey);
      await target.control.reverseDeposit(paymentKey);
      expectFields(await target.get(`/v1/payments/${paymentKey}`), { status: 'WAITING_FOR_DEPOSIT', approvedAt: null });
      equal((await target.control.deposit(paymentKey)).status, 'DONE');
    },
  },
];
