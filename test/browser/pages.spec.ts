import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, onFailedRequest } from '../support/chromium.js';
import { type Galley, startGalley } from '../support/galley.js';

describe('A page of text in a browser', () => {
  let galley: Galley;
  let browser: Browser;

  beforeAll(async () => {
    galley = await startGalley();
    browser = await launchChromium();
    mkdirSync('reports', { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await galley?.stop();
  });

  /** Opens a page and returns it with everything that the browser complained about. */
  async function opened(path: string, options: BrowserContextOptions = {}) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 800 }, ...options });
    const faults: string[] = [];
    page.on('console', (message) => void faults.push(message.text()));
    onFailedRequest(page, (url) => faults.push(url));
    page.on('response', (response) => {
      if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
    });
    await page.goto(galley.url + path);
    return { page, faults };
  }

  const colors = (page: Page) =>
    page.evaluate(
      `(() => { const { color, backgroundColor } = getComputedStyle(document.body); return { color, backgroundColor }; })()`,
    );
  const overflows = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

  it.each([
    ['/', 'home'],
    ['/docs/problems', 'problems'],
    ['/docs/guide', 'guide'],
    ['/docs/guide/retries', 'guide-retries'],
  ])('%s follows the color scheme and fits a narrow screen', async (path, name) => {
    for (const [colorScheme, expected] of [
      ['light', { color: 'rgb(34, 34, 34)', backgroundColor: 'rgb(255, 255, 255)' }],
      ['dark', { color: 'rgb(228, 228, 228)', backgroundColor: 'rgb(23, 25, 29)' }],
    ] as const)
      for (const width of [1100, 360]) {
        const { page, faults } = await opened(path, { colorScheme, viewport: { width, height: 800 } });
        expect(await colors(page)).toEqual(expected);
        expect([width, await overflows(page), faults]).toEqual([width, false, []]);
        await page.screenshot({ path: `reports/${name}-${colorScheme}-${width}.png` });
        await page.close();
      }
  });

  it('/ leads to the reference, the errors and the index', async () => {
    const { page, faults } = await opened('/');
    expect(await page.title()).toBe('Galley');
    await page.getByRole('link', { name: 'Error codes' }).click();
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.locator('.opblock').first().waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('leads from a problem through the guide to the next page', async () => {
    const { page, faults } = await opened('/docs/problems#version_mismatch');
    await page.locator('tr:target').getByRole('link', { name: 'Guide: edits' }).click();
    expect(new URL(page.url()).pathname).toBe('/docs/guide/edits');
    await page.locator('h2:target').waitFor();
    await page
      .getByRole('navigation', { name: 'Guide', exact: true })
      .getByRole('link', { name: 'Sessions' })
      .click();
    expect(await page.title()).toBe('Sessions · Galley guide');
    await page.locator('.next a').click();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Lists');
    await page.getByRole('navigation', { name: 'Documentation' }).getByRole('link', { name: 'Home' }).click();
    await page.getByRole('link', { name: 'Guide for front ends' }).click();
    await page.getByRole('heading', { name: 'Guide for front ends' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('/docs/problems shows the code to which a problem points, and the operation that returns it', async () => {
    const { body } = await galley.anyone
      .get('/api/v1/comments/019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41')
      .expect(404);
    const { page, faults } = await opened(body.type);
    const row = page.locator('tr:target');
    expect(await row.locator('td').first().innerText()).toBe('comment_not_found');
    await row.getByRole('link', { name: 'getComment', exact: true }).click();
    await page.locator('.opblock.is-open[id$="-getComment"]').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
