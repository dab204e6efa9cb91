import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxTarget } from '../testing/sandbox-target';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';

const reason = { cancelReason: 'race' };

// A data folder makes every commit wait for the disk: without one there is hardly a gap to race through.
describe('racing requests', () => {
  let folder: string;
  let sandbox: TossSandbox;
  let target: SandboxTarget;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'toss-sandbox-'));
    sandbox = await startTossSandbox({ dataDir: folder, seed: 1 });
    target = await SandboxTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
  const chargesOf = (orderId: string) =>
    sandbox.ledger().filter((row) => row.orderId === orderId && row.kind === 'charge');

  it('confirm × 20 of one payment: one charge, one approval', async () => {
    const payment = await target.authenticated();
    const answers = await times(20, () => target.confirm(payment));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(chargesOf(payment.orderId)).toHaveLength(1);
  });

  it('confirm × 20 under one idempotency key: one charge, and nothing but its answer or 409', async () => {
    const payment = await target.authenticated();
    const answers = await times(20, () => target.confirm(payment, { 'idempotency-key': 'race' }));
    expect(new Set(answers.filter(({ status }) => status !== 409).map(({ text }) => text)).size).toBe(1);
    expect(chargesOf(payment.orderId)).toHaveLength(1);
  });

  it('confirm × 10 of ten windows of one order: one charge', async () => {
    const window = target.window();
    const attempts = await times(10, () => target.sandbox.authenticate(window));
    const slow = { kind: 'delay', delayMs: 50, stage: 'during' } as const;
    await target.sandbox.addFault({ route: 'confirm', fault: slow });
    const answers = await Promise.all(attempts.map((attempt) => target.confirm(attempt)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(chargesOf(window.orderId)).toHaveLength(1);
  });

  it('confirms of different payments, all after the same delay: rows are numbered without gap or repetition', async () => {
    const payments = await times(30, () => target.authenticated());
    const slow = { kind: 'delay', delayMs: 50, stage: 'during' } as const;
    await target.sandbox.addFault({ route: 'confirm', fault: slow });
    const answers = await Promise.all(payments.map((payment) => target.confirm(payment)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(sandbox.ledger().map((row) => row.seq)).toEqual(payments.map((_payment, index) => index + 1));
  });

  it.each(['serialised', 'FORBIDDEN_CONSECUTIVE_REQUEST'] as const)(
    'cancel × 20, %s: never more than was paid',
    async (concurrentCancel) => {
      await target.sandbox.setSwitches({ concurrentCancel });
      const { paymentKey } = await target.approved(1_000);
      const answers = await times(20, () => target.cancel(paymentKey, { ...reason, cancelAmount: 300 }));
      const done = answers.filter(({ status }) => status === 200).length;
      const cancelled = sandbox.ledger().filter((row) => row.kind === 'cancel');
      expect(cancelled).toHaveLength(done);
      const { balanceAmount } = await target.sandbox.payment(paymentKey);
      expect(balanceAmount).toBe(1_000 - 300 * done);
      expect(done).toBeGreaterThanOrEqual(1);
      expect(done).toBeLessThanOrEqual(3);
    },
  );
});
