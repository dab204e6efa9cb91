import { describe, expect, it } from '@jest/globals';
import { startChromium } from '@koosco/local-stack/chromium';
import { type Payment } from '../state/payment/payment';
import { checkoutPage } from './checkout-page';

/** The widest there is: names and amounts of any length, in words that nothing may break. */
const page = checkoutPage(
  {
    orderName: `주문 ${'W'.repeat(100)}`,
    totalAmount: Number.MAX_SAFE_INTEGER,
    currency: 'KRW',
    orderId: `ord-${'0'.repeat(60)}`,
  } as Payment,
  null,
);

describe('the payment page', () => {
  it('fits a screen of 320 pixels without scrolling sideways', async () => {
    const browser = await startChromium();
    try {
      const phone = await browser.newPage({ viewport: { width: 320, height: 600 } });
      await phone.setContent(page);
      const [width, scrolled] = await phone.evaluate<[number, number]>(
        '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
      );
      expect(width).toBeGreaterThan(300);
      expect(scrolled).toBe(width);
    } finally {
      await browser.close();
    }
  }, 60_000);

  it('is made of controls that a keyboard reaches and a screen reader names', () => {
    const controls = page.match(/<(input|select|button)[^>]*>/g) ?? [];
    expect(controls).toHaveLength(9);
    expect(page).not.toMatch(/tabindex|onclick|outline: (0|none)/);
    for (const input of page.match(/<input[^>]*>/g) ?? []) expect(page).toMatch(new RegExp(`<label>${input}`));
    expect(page).toMatch(/<select [^>]*aria-label="[^"]+"/);
    // Enter in the form presses the first button.
    expect(/<button id="(\w+)"/.exec(page)?.[1]).toBe('pay');
  });
});
