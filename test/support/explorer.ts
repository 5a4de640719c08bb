import type { Browser, Locator, Page } from 'playwright-core';

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

  static async open(browser: Browser, url: string): Promise<Explorer> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(60_000);
    const explorer = new Explorer(page);
    await explorer.listen();
    await page.goto(`${url}/docs`);
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
    const status = await live.locator('.response-col_status').last().innerText();
    const body = await live.locator('.response-col_description .highlight-code code').first().innerText();
    return { status: Number.parseInt(status, 10), body: JSON.parse(body) };
  }

  /** Clicks Authorize and enters a token. */
  async authorize(token: string): Promise<void> {
    await this.page.locator('.auth-wrapper .btn.authorize').first().click();
    const dialog = this.page.locator('.modal-ux');
    await dialog.locator('input').fill(token);
    await dialog.locator('.auth-btn-wrapper .authorize').click();
    await dialog.locator('.auth-btn-wrapper .btn-done').click();
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
    page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
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
