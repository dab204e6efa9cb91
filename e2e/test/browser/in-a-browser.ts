import { startChromium } from '@koosco/local-stack/chromium';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoShop } from '@koosco/demo-shop';
import { SandboxControl } from '@koosco/toss-sandbox';
import { type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';
import { pgOrderIdOf } from '../../src/demo/pg-order-id';
import { type PaymentSystem } from '../../src/system/payment-system';
import { startShop } from '../../src/system/start-shop';
import { seriousFindings } from './axe';
import { PageBuyer } from './page-buyer';

/** Long enough to kill somebody or to cancel an order while Toss has not charged yet. */
const SLOW_MS = 3_000;
/** Less than a test has; a browser on a busy machine needs much of it. */
const PATIENCE_MS = 45_000;

/** The shop of the system, seen and operated as a person does. */
export function describeInABrowser(running: () => PaymentSystem): void {
  let shop: DemoShop;
  let browser: Browser;
  let context: BrowserContext;

  /** A browser of its own for one test; what goes wrong in its pages fails that test. */
  async function visit(by: BrowserContextOptions = {}): Promise<PageBuyer> {
    context = await browser.newContext({ locale: 'en-GB', colorScheme: 'light', ...by });
    context.setDefaultTimeout(PATIENCE_MS);
    return new PageBuyer(await context.newPage(), shop.url);
  }

  const chargesOf = async (orderId: string) => {
    const rows = await new SandboxControl(running().sandboxUrl).ledger();
    return rows
      .filter(({ orderId: of }) => of === pgOrderIdOf(BigInt(orderId)))
      .map(({ kind, amount }) => [kind, amount]);
  };

  /** Its confirm reaches Toss so late that something can happen meanwhile. */
  const slowConfirmOf = (orderId: string) => {
    const fault = { kind: 'delay', delayMs: SLOW_MS, stage: 'before' } as const;
    const rule = { route: 'confirm', orderId: pgOrderIdOf(BigInt(orderId)), times: 1, fault } as const;
    return new SandboxControl(running().sandboxUrl).addFault(rule);
  };

  describe('in a browser', () => {
    beforeAll(async () => {
      [shop, browser] = await Promise.all([startShop(running()), startChromium()]);
    }, 60_000);
    afterEach(() => context.close());
    afterAll(async () => {
      await browser.close();
      await shop.close();
    });

    it('an order is bought: its buyer sees it approved, and behind it four records agree', async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Cup');
      await buyer.pay();
      await buyer.hears('APPROVED');
      await buyer.seesBehind('heard', 'agree');
      expect(await buyer.columns()).toEqual(['₩15,000', '₩15,000', '₩15,000', '₩15,000']);
      expect(await buyer.moments()).toEqual(
        expect.arrayContaining([
          'order.placed',
          'payment.made',
          'attempt.begun',
          'toss.charge',
          'outbox.published',
          'told',
        ]),
      );
      await buyer.isPictured('paid');
      await buyer.open('/orders');
      expect(await buyer.orderIs(orderId, 'PAID')).toContain('₩15,000 paid');
      expect(buyer.complaints).toEqual([]);
    });

    it('a declined card is not charged, and its buyer reads why', async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Tea');
      await buyer.pay({ declineCode: 'REJECT_CARD_COMPANY' });
      await buyer.hears('declined');
      await buyer.seesBehind('heard', 'agree');
      await buyer.open('/orders');
      await buyer.orderIs(orderId, 'FAILED');
      expect(await chargesOf(orderId)).toEqual([]);
    });

    it('a part is given back', async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Cup');
      await buyer.pay();
      await buyer.hears('APPROVED');
      await buyer.open('/orders');
      await buyer.orderIs(orderId, 'PAID');
      await buyer.giveBack(orderId, 4_000);
      expect(await buyer.orderIs(orderId, 'PARTLY_REFUNDED')).toContain('₩4,000 given back');
      await buyer.seesBehind('heard', 'agree');
      expect(await buyer.columns()).toEqual(['₩11,000', '₩11,000', '₩11,000', '₩11,000']);
      expect(await chargesOf(orderId)).toEqual([
        ['charge', 15_000],
        ['cancel', 4_000],
      ]);
    });

    it('an order that is cancelled while it is paid costs nothing in the end', async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Lamp');
      await slowConfirmOf(orderId);
      await buyer.pay();
      await buyer.seesBehind('confirming', 'open');
      const elsewhere = new PageBuyer(await context.newPage(), shop.url);
      await elsewhere.open('/orders');
      await elsewhere.cancelOrder(orderId);
      await elsewhere.orderIs(orderId, 'CANCELLED');
      await buyer.seesBehind('heard', 'agree');
      expect(await buyer.columns()).toEqual(['₩0', '₩0', '₩0', '₩0']);
    });

    it('confirm-api is killed during a payment, and the same page ends in APPROVED, charged once', async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Chair');
      await slowConfirmOf(orderId);
      await buyer.pay();
      await buyer.seesBehind('confirming', 'open');
      const elsewhere = new PageBuyer(await context.newPage(), shop.url);
      await elsewhere.open('/break');
      await elsewhere.breaks('kill-confirm-api');
      await buyer.hears('APPROVED');
      await buyer.seesBehind('heard', 'agree');
      expect(await chargesOf(orderId)).toEqual([['charge', 129_000]]);
      expect(await elsewhere.recovery('kill-confirm-api')).toEqual([
        'killed',
        'started-again',
        'ready',
        'nothing-open',
      ]);
    });

    it.each([
      { name: 'toss-slow', does: 'delay', hears: 'APPROVED', charges: 1 },
      { name: 'toss-answers-lost', does: 'drop-response', hears: 'APPROVED', charges: 1 },
      { name: 'toss-down', does: 'lose-request', hears: 'APPROVED', charges: 1 },
      { name: 'toss-declines', does: 'REJECT_CARD_COMPANY', hears: 'declined', charges: 0 },
    ])(
      '$name is on until it is pressed again: $does, and in the end $hears',
      async ({ name, does, hears, charges }) => {
        const buyer = await visit();
        const orderId = await buyer.order('Cup');
        const elsewhere = new PageBuyer(await context.newPage(), shop.url);
        await elsewhere.open('/break');
        await elsewhere.switches(name, 'on');
        await buyer.pay();
        const atToss = await context.newPage();
        await atToss.goto(running().sandboxUrl);
        const asked = atToss.locator('#requests li', { hasText: pgOrderIdOf(BigInt(orderId)) });
        await asked.filter({ hasText: does }).first().waitFor({ state: 'attached' });
        if (name === 'toss-down') expect(await chargesOf(orderId)).toEqual([]);
        await elsewhere.switches(name, 'off');
        await buyer.hears(hears);
        await buyer.seesBehind('heard', 'agree');
        expect((await chargesOf(orderId)).length).toBe(charges);
        await elsewhere.isWellAfter(name);
      },
      90_000,
    );

    it('50 clicks on pay are one charge', async () => {
      const buyer = await visit();
      await buyer.open('/break');
      await buyer.breaks('fifty-clicks');
      await buyer.recovery('fifty-clicks');
      const told = await buyer.page.locator('[data-run="fifty-clicks"]').first().textContent();
      expect(told).toContain('50 of them were told APPROVED');
      expect(told).toContain('charges at Toss: 1');
      await buyer.seesBehind('heard', 'agree');
      await buyer.isPictured('broken', '[data-run="fifty-clicks"] button');
    });

    it('speaks Korean or English and is light or dark, as the browser says or as one chooses, for good', async () => {
      const buyer = await visit({ locale: 'ko-KR', colorScheme: 'dark' });
      await buyer.open('/');
      const look = () =>
        buyer.page.evaluate(`({
          lang: document.documentElement.lang,
          title: document.querySelector('h1').textContent,
          isDark: getComputedStyle(document.body).backgroundColor === 'rgb(18, 21, 26)',
        })`);
      expect(await look()).toEqual({ lang: 'ko', title: '상점', isDark: true });
      await buyer.page.getByRole('button', { name: 'English' }).click();
      await buyer.page.getByRole('button', { name: 'Light' }).click();
      expect(await look()).toEqual({ lang: 'en', title: 'Shop', isDark: false });
      await buyer.open('/');
      expect(await look()).toEqual({ lang: 'en', title: 'Shop', isDark: false });
    });

    it('is operated by keyboard alone, on a phone, without anything that is too wide', async () => {
      const buyer = await visit({ viewport: { width: 360, height: 740 } });
      await buyer.open('/');
      await buyer.reachByTab('Add Tea');
      await buyer.page.keyboard.press('Enter');
      await buyer.reachByTab('Order');
      await buyer.page.keyboard.press('Enter');
      await buyer.page.locator('#pay:enabled').waitFor();
      await buyer.reachByTab('Pay');
      await buyer.page.keyboard.press('Enter');
      await buyer.page.waitForURL(/checkout/);
      await buyer.reachByTab('결제하기');
      await buyer.page.keyboard.press('Enter');
      await buyer.hears('APPROVED');
      for (const path of ['/', '/orders', '/system', '/break']) {
        await buyer.open(path);
        const isTooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        expect([path, await buyer.page.evaluate(isTooWide)]).toEqual([path, false]);
      }
    });

    it("the sandbox's own page shows what it was asked and told, and takes a fault", async () => {
      const buyer = await visit();
      const orderId = await buyer.order('Tea');
      await buyer.pay();
      await buyer.hears('APPROVED');
      const { page } = buyer;
      await page.goto(running().sandboxUrl);
      const request = page.locator('#requests li', { hasText: '/v1/payments/confirm' }).first();
      await request.locator('summary').click();
      await request
        .getByText(pgOrderIdOf(BigInt(orderId)))
        .first()
        .waitFor();
      expect(await request.textContent()).toContain('Idempotency-Key');
      await page.locator('#webhooks li', { hasText: 'PAYMENT_STATUS_CHANGED' }).first().waitFor();
      await page.locator('#fault select[name=kind]').selectOption('lose-request');
      await page.locator('#fault select[name=times]').selectOption('1');
      await page.locator('#fault button').click();
      await buyer.isPictured('sandbox');
      const rule = page.locator('#rules li', { hasText: 'lose-request' });
      await rule.waitFor();
      await rule.getByRole('button').click();
      await rule.waitFor({ state: 'detached' });
      expect(await seriousFindings(page)).toEqual([]);
      expect(buyer.complaints).toEqual([]);
    });

    it('has no serious finding of axe, in either theme', async () => {
      const buyer = await visit();
      await buyer.order('Cup');
      for (const theme of ['light', 'dark']) {
        await buyer.page.evaluate(`localStorage.setItem('theme', '${theme}')`);
        for (const path of [new URL(buyer.page.url()).pathname, '/', '/orders', '/system', '/break']) {
          await buyer.open(path);
          expect([theme, path, await seriousFindings(buyer.page)]).toEqual([theme, path, []]);
        }
      }
    }, 60_000);
  });
}
