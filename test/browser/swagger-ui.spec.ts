import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium.js';
import { Explorer } from '../support/explorer.js';
import { type Galley, startGalley } from '../support/galley.js';

describe('Swagger UI in a browser', () => {
  let galley: Galley;
  let browser: Browser;

  beforeAll(async () => {
    galley = await startGalley();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await galley?.stop();
  });

  it('lets a person register, log in, write and publish with the prefilled examples', async () => {
    const explorer = await Explorer.open(browser, galley.url);
    expect(explorer.faults).toEqual([]);

    const registered = await explorer.tryOut('registerUser');
    expect(registered).toMatchObject({ status: 201, body: { email: 'ada@example.com' } });
    const login = await explorer.tryOut('loginUser');
    expect(login.status).toBe(200);
    await explorer.authorize(login.body.accessToken);

    const created = await explorer.tryOut('createPost');
    expect(created).toMatchObject({ status: 201, body: { slug: 'hello-world', status: 'draft' } });
    const published = await explorer.tryOut('publishPost', { parameters: { id: created.body.id } });
    expect(published).toMatchObject({ status: 200, body: { id: created.body.id, status: 'published' } });
    const listed = await explorer.tryOut('listPosts');
    expect(listed).toMatchObject({ status: 200, body: { data: [{ id: created.body.id }] } });
    const read = await explorer.tryOut('getPost');
    expect(read).toMatchObject({ status: 200, body: { slug: 'hello-world' } });

    await explorer.closeAllBut('publishPost');
    mkdirSync('reports', { recursive: true });
    await explorer.page.screenshot({ path: 'reports/swagger-ui.png', fullPage: true });
    expect(explorer.faults).toEqual([]);
  });
});
