import { join } from 'node:path';
import { type Page } from 'playwright-core';

const TABS_MAX = 60;
const PICTURES = join(__dirname, '..', '..', '..', 'docs', 'pictures');

/** What a person does with the shop's pages and Toss's, and what they see there. */
export class PageBuyer {
  /** Whatever the pages threw. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    private readonly shopUrl: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.shopUrl}${path}`);
    await this.page.locator('h1').waitFor();
  }

  /** Puts one into the cart and orders it; the payment window is open in the end. @returns the order id. */
  async order(product: string): Promise<string> {
    await this.open('/');
    await this.page.getByRole('button', { name: `Add ${product}` }).click();
    await this.page.locator('#order').click();
    await this.page.locator('#pay:enabled').waitFor();
    return new URL(this.page.url()).pathname.split('/').at(-1) ?? '';
  }

  /** Through Toss's own page and back; the shop's page confirms by itself. */
  async pay({ declineCode = '' } = {}): Promise<void> {
    await this.page.locator('#pay').click();
    await this.page.locator('#decline-code').selectOption(declineCode);
    await this.page.locator('#pay').click();
    await this.page.waitForURL(`${this.shopUrl}/paid**`);
  }

  async hears(word: string): Promise<void> {
    await this.page.locator(`#result[data-status="${word}"]`).waitFor();
  }

  /** The shop's own status of it. @returns what its card says. */
  async orderIs(orderId: string, status: string): Promise<string> {
    const card = this.page.locator(`[data-order="${orderId}"][data-status="${status}"]`);
    await card.waitFor();
    return (await card.textContent()) ?? '';
  }

  async giveBack(orderId: string, krw: number): Promise<void> {
    const card = this.page.locator(`[data-order="${orderId}"]`);
    await card.locator('input').fill(String(krw));
    await card.getByRole('button', { name: 'Give back', exact: true }).click();
  }

  async cancelOrder(orderId: string): Promise<void> {
    const card = this.page.locator(`[data-order="${orderId}"]`);
    await card.getByRole('button', { name: 'Cancel the order' }).click();
  }

  async seesBehind(stage: string, agreement: string): Promise<void> {
    await this.page.locator(`.flow[data-stage="${stage}"]`).waitFor();
    await this.page.locator(`[data-agreement="${agreement}"]`).waitFor();
  }

  /** Buyer, database, Toss, order-service. */
  columns(): Promise<readonly string[]> {
    return this.page.locator('.money [data-column]').allTextContents();
  }

  async moments(): Promise<readonly string[]> {
    const rows = await this.page.locator('#behind .timeline li').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('data-kind')) ?? ''));
  }

  async breaks(name: string): Promise<void> {
    await this.page.locator(`[data-break="${name}"]`).click();
    await this.page.locator(`[data-run="${name}"]`).waitFor();
  }

  /** A switch that stays as it is until it is pressed again. */
  async switches(name: string, to: 'on' | 'off'): Promise<void> {
    await this.page.locator(`[data-break="${name}"]`).click();
    await this.page.locator(`[data-break="${name}"][aria-pressed="${to === 'on'}"]`).waitFor();
  }

  /** Waits until nothing is left of what a switch did while it was on. */
  async isWellAfter(name: string): Promise<void> {
    const steps = ['switched-on', 'switched-off', 'nothing-open'].map((step) => `:has([data-step="${step}"])`).join('');
    await this.page.locator(`[data-run="${name}"][data-state="recovered"]${steps}`).waitFor({ timeout: 60_000 });
  }

  /** Waits until all is well again. @returns the steps that it took. */
  async recovery(name: string): Promise<readonly string[]> {
    const run = this.page.locator(`[data-run="${name}"]`).first();
    await this.page.locator(`[data-run="${name}"][data-state="recovered"]`).first().waitFor({ timeout: 60_000 });
    const steps = await run.locator('[data-step]').all();
    return Promise.all(steps.map(async (step) => (await step.getAttribute('data-step')) ?? ''));
  }

  /** What the page looks like now becomes the document's picture of it, with `WRITE_DOCS=1`. @param at what is to be in it. */
  async isPictured(name: string, at: string | null = null): Promise<void> {
    if (process.env['WRITE_DOCS'] !== '1') return;
    await this.page.setViewportSize({ width: 1_100, height: 760 });
    if (at !== null) await this.page.locator(at).first().scrollIntoViewIfNeeded();
    else await this.page.evaluate('scrollTo(0, 0)');
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** Moves the focus on and on, as a person without a mouse does. @throws when nothing of this name comes. */
  async reachByTab(name: string): Promise<void> {
    for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.page.evaluate('document.activeElement?.textContent?.trim() ?? ""');
      if (focused === name) return;
    }
    throw new Error(`nothing called ${name} is reached by Tab`);
  }
}
