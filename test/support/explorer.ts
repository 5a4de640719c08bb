import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { onFailedRequest } from './chromium.js';

/** The response of an operation, as Swagger UI shows it. */
export interface Shown {
  status: number;
  body: any;
}

/** Controls Swagger UI in a browser like a user. */
export class Explorer {
  /** The messages of the browser console: errors, blocked requests, and violations of the policy. */
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Explorer> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    return this.openIn(await context.newPage(), url);
  }

  /** Opens the page in a tab of a browser that has other tabs. */
  static async openIn(page: Page, url: string): Promise<Explorer> {
    page.setDefaultTimeout(60_000);
    const explorer = new Explorer(page);
    await explorer.listen();
    await page.goto(url.includes('/docs') ? url : `${url}/docs`);
    await page.locator('.opblock').first().waitFor();
    return explorer;
  }

  operation(id: string): Locator {
    return this.page.locator(`.opblock[id$="-${id}"]`);
  }

  /** Fills in the fields in `given`, keeps the default values of the others, and executes the operation. */
  async tryOut(
    id: string,
    given: { body?: unknown; parameters?: Record<string, string> } = {},
  ): Promise<Shown> {
    const block = this.operation(id);
    if (!(await block.locator('.opblock-body').isVisible())) await block.locator('.opblock-summary').click();
    for (const [name, value] of Object.entries(given.parameters ?? {}))
      await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
    if (given.body !== undefined)
      await block.locator('textarea.body-param__text').fill(JSON.stringify(given.body, null, 2));
    await block.getByRole('button', { name: 'Execute' }).click();
    const live = block.locator('.live-responses-table');
    await block.locator('.loading-container').waitFor({ state: 'detached' });
    const status = await live.locator('.response-col_status').last().innerText();
    const code = live.locator('.response-col_description .highlight-code code').first();
    const body = status.startsWith('204') ? 'null' : await code.innerText();
    return { status: Number.parseInt(status, 10), body: JSON.parse(body) };
  }

  /** Clicks a button that opens the dialog, and fills in the form. */
  async logIn(email: string, password: string, by = this.page.locator('.btn.authorize')): Promise<void> {
    await by.click();
    await this.page.locator('#login-form [name=email]').fill(email);
    await this.page.locator('#login-form [name=password]').fill(password);
    await this.page.locator('#login-form [type=submit]').click();
    await this.page.locator('#login').waitFor({ state: 'hidden' });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.opblock').first().waitFor();
  }

  /** Returns what the icon of an operation tells a person. */
  async lock(id: string): Promise<string | null> {
    return this.operation(id).locator('.authorization__btn').getAttribute('aria-label');
  }

  /** Returns the faults until now, and forgets them. */
  takeFaults(): string[] {
    return this.faults.splice(0);
  }

  async closeAllBut(id: string): Promise<void> {
    const open = this.page.locator(`.opblock.is-open:not([id$="-${id}"]) .opblock-summary-control`);
    while ((await open.count()) > 0) await open.first().click();
  }

  private async listen(): Promise<void> {
    const { page, faults } = this;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
    onFailedRequest(page, (url) => faults.push(`failed: ${url}`));
    page.on('response', (response) => {
      if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
    });
    await page.exposeFunction('reportViolation', (text: string) => faults.push(`policy: ${text}`));
    await page.addInitScript(
      `document.addEventListener('securitypolicyviolation', (event) =>
        reportViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`,
    );
  }
}
