import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** A phone of this width, and what it has to scroll sideways. */
const phone = `<!doctype html><body style="margin:0"><iframe src="page.html" style="width:320px;height:600px;border:0"></iframe>
<script>document.querySelector('iframe').onload = ({ target }) => {
  const { documentElement } = target.contentDocument;
  document.title = [documentElement.clientWidth, documentElement.scrollWidth].join();
};</script>`;

const CHROMIUM = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

describe('the payment page', () => {
  const itInChromium = spawnSync('chromium', ['--version']).status === 0 ? it : it.skip;
  itInChromium(
    'fits a screen of 320 pixels without scrolling sideways',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'checkout-page-'));
      try {
        writeFileSync(join(folder, 'page.html'), page);
        writeFileSync(join(folder, 'phone.html'), phone);
        const own = [`--user-data-dir=${join(folder, 'profile')}`, '--allow-file-access-from-files', '--dump-dom'];
        const args = [...CHROMIUM, ...own, `file://${join(folder, 'phone.html')}`];
        const dom = execFileSync('chromium', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        const [, width, scrolled] = /<title>(\d+),(\d+)<\/title>/.exec(dom) ?? [];
        expect(Number(width)).toBeGreaterThan(300);
        expect(scrolled).toBe(width);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );

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
