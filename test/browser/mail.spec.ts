import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { Mail } from '../../src/platform/mail/mail.js';
import { launchChromium, onFailedRequest } from '../support/chromium.js';
import { type Galley, startGalley } from '../support/galley.js';
import { NOTIFICATION } from '../support/letters.js';
import { aMessage } from '../support/mail.js';

const FROM = 'Example Times <news@times.example.com>';
const EVIL = '<img src=x onerror="document.title=\'stolen\'"><script>document.title="stolen"</script>';

describe('Messages in a browser', () => {
  let galley: Galley;
  let browser: Browser;

  beforeAll(async () => {
    galley = await startGalley({ EMAIL_FROM: FROM });
    const mail = galley.app.get(Mail);
    await mail.send(aMessage(NOTIFICATION));
    await mail.send(aMessage({ id: 'evil', subject: EVIL, blocks: [{ kind: 'text', text: EVIL }] }));
    browser = await launchChromium();
    mkdirSync('reports', { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await galley?.stop();
  });

  async function opened(path: string, options: BrowserContextOptions = {}) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1000 }, ...options });
    const faults: string[] = [];
    // Chromium reports this if the first document of an origin was sandboxed. It has no effect.
    page.on('console', (message) => {
      if (!message.text().includes('Origin-Agent-Cluster')) faults.push(message.text());
    });
    onFailedRequest(page, (url) => faults.push(url));
    await page.goto(galley.url + path);
    return { page, faults };
  }

  const overflows = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  const colorOf = (page: Page, selector: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
  const widthOf = (page: Page, selector: string) =>
    page.evaluate(`document.querySelector('${selector}').getBoundingClientRect().width`);

  it('follow the color scheme, fit a telephone, and are at most 600 px wide', async () => {
    for (const [colorScheme, paper] of [
      ['light', 'rgb(255, 255, 255)'],
      ['dark', 'rgb(23, 25, 29)'],
    ] as const)
      for (const width of [1100, 360]) {
        const { page, faults } = await opened('/dev/mail/notification-7/html', {
          colorScheme,
          viewport: { width, height: 1000 },
        });
        expect(await colorOf(page, '.paper')).toBe(paper);
        expect(await widthOf(page, '.paper')).toBeLessThanOrEqual(600);
        expect([width, await overflows(page), faults]).toEqual([width, false, []]);
        await page.screenshot({ path: `reports/mail-${colorScheme}-${width}.png`, fullPage: true });
        await page.close();
      }
  });

  it('are readable without their style sheet, which some clients remove', async () => {
    const { page } = await opened('/dev/mail/notification-7/html', {
      viewport: { width: 360, height: 1000 },
    });
    await page.evaluate("document.querySelector('style').remove()");
    expect(await colorOf(page, '.paper')).toBe('rgb(255, 255, 255)');
    expect(await overflows(page)).toBe(false);
    await page.screenshot({ path: 'reports/mail-plain-360.png', fullPage: true });
    await page.close();
  });

  it('are listed with all headers and both parts', async () => {
    const { page, faults } = await opened('/dev/mail');
    await page.screenshot({ path: 'reports/sent-mail.png' });
    await page.getByRole('link', { name: 'Grace Hopper replied to your comment' }).click();
    await page.frameLocator('iframe').getByRole('link', { name: 'Read the reply' }).waitFor();
    await page.getByText('<https://times.example.com/unsubscribe?token=abc.def>').first().waitFor();
    await page.screenshot({ path: 'reports/sent-mail-message.png', fullPage: true });
    expect(faults).toEqual([]);
    await page.close();
  });

  it('never run what is in them', async () => {
    for (const path of ['/dev/mail', '/dev/mail/evil', '/dev/mail/evil/html']) {
      const { page, faults } = await opened(path);
      await page.waitForLoadState('networkidle');
      expect([await page.title(), faults]).toEqual([expect.not.stringMatching(/^stolen$/), []]);
      expect(await page.locator('img, script').count()).toBe(0);
      await page.close();
    }
  });
});
