import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildModule } from '../../scripts/generate/client-build.ts';
import { launchChromium } from '../support/chromium.js';
import { type Galley, startGalley } from '../support/galley.js';
import { freePort, listens } from '../support/loopback.js';
import { until } from '../support/until.js';

const PASSWORD = 'correct horse battery staple';
const SHOTS = 'reports/example';

/** Sends a comment that the server receives, but whose response is lost each time. */
async function commentInVain(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your comment').fill(text);
  const isComments = (url: URL) => url.pathname.endsWith('/comments');
  await page.route(isComments, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('The server cannot be reached.').waitFor();
  await page.unroute(isComments);
}

describe('the example front end, on another origin than the API', () => {
  let galley: Galley;
  let server: ChildProcess;
  let site: string;
  let browser: Browser;
  /** What the consoles of all pages report. */
  const faults: string[] = [];

  beforeAll(async () => {
    await buildModule();
    const port = await freePort();
    site = `http://localhost:${port}`;
    galley = await startGalley({ ALLOWED_ORIGINS: site, REGISTRATION_ROLE: 'author', REGISTRATION: 'open' });
    const options = ['--port', String(port), '--api', galley.url];
    server = spawn(process.execPath, ['examples/blog/server.js', ...options], { stdio: 'inherit' });
    await until(() => listens(port));
    browser = await launchChromium();
    mkdirSync(SHOTS, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await galley?.stop();
    server?.kill();
  });

  async function open(context: BrowserContext, hash = ''): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${message.text()} ${message.location().url}`);
    });
    await page.goto(`${site}/${hash}`);
    return page;
  }

  async function register(page: Page, name: string): Promise<void> {
    await page.getByRole('link', { name: 'Register' }).first().click();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Email address').fill(`${name.toLowerCase()}@example.com`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
  }

  it('lets a person register, write, comment and reply', async () => {
    const page = await open(await browser.newContext());
    await register(page, 'Ada');
    await page.getByRole('link', { name: 'Write' }).click();
    await page.getByLabel('Title').fill('Movable <type>');
    await page
      .getByLabel('Text')
      .fill('Letters of *lead*, set in a **stick**.\n\n<script>alert(1)</script>\n\n> Ink');
    await page.getByLabel('Tags').fill('Printing, History');
    await page.screenshot({ path: `${SHOTS}/write.png` });
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('heading', { name: 'Movable <type>' }).waitFor();
    expect(await page.locator('article em').innerText()).toBe('lead');
    expect(await page.locator('article script').count()).toBe(0);

    await page.getByLabel('Your comment').fill('Well *said*, <b onclick="alert(1)">bold</b>.');
    await page.getByRole('button', { name: 'Comment' }).click();
    await page.locator('.comment em').waitFor();
    await page.getByRole('button', { name: 'Reply' }).click();
    await page.locator('.comment textarea').fill('Thank you.');
    await page.locator('.comment').getByRole('button', { name: 'Reply' }).click();
    await page.locator('.replies .comment').waitFor();
    expect(await page.locator('[onclick]').count()).toBe(0);
    await page.screenshot({ path: `${SHOTS}/post.png`, fullPage: true });

    await page.getByRole('link', { name: 'The Galley Gazette' }).click();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('heading', { name: 'Posts about history' }).waitFor();
    expect(await page.locator('.card').count()).toBe(1);
    await page.getByRole('link', { name: 'Movable <type>' }).click();
    await page.locator('.replies .comment').waitFor();
  });

  it('shows more posts, searches, and fits dark and narrow screens', async () => {
    for (let n = 1; n <= 12; n++)
      await galley.aPost({
        status: 'published',
        title: `Proof ${n}`,
        body: `Sheet ${n} of the run. `.repeat(9),
      });
    const page = await open(await browser.newContext({ viewport: { width: 1000, height: 800 } }));
    await page.locator('.card').nth(9).waitFor();
    await page.screenshot({ path: `${SHOTS}/list-light.png` });
    await page.getByRole('button', { name: 'More posts' }).click();
    await page.locator('.card').nth(12).waitFor();
    expect(await page.getByRole('button', { name: 'More posts' }).isVisible()).toBe(false);
    await page.getByLabel('Words').fill('"proof 7"');
    await page.getByRole('button', { name: 'Search' }).click();
    await until(async () => (await page.locator('.card').count()) === 1);

    const dark = await browser.newContext({ colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    const narrow = await open(dark, '#/posts/movable-type');
    await narrow.locator('.replies .comment').waitFor();
    await narrow.screenshot({ path: `${SHOTS}/post-dark-narrow.png`, fullPage: true });
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await narrow.evaluate(overflow)).toBe(0);
  });

  it('shows no form where comments are closed', async () => {
    const { slug, by, id } = await galley.aPost({ status: 'published' });
    await galley.as(by).patch(`/api/v1/posts/${id}`, { commentsOpen: false }).expect(200);
    const page = await open(await browser.newContext(), `#/posts/${slug}`);
    await page.getByText('Comments on this post are closed.').waitFor();
    expect(await page.locator('#comments form').count()).toBe(0);
  });

  it('sends a comment once, also if the connection breaks and the person clicks again', async () => {
    const { slug } = await galley.aPost({ status: 'published' });
    const page = await open(await browser.newContext());
    await register(page, 'Emmy');
    await page.goto(`${site}/#/posts/${slug}`);
    await commentInVain(page, 'Only once.');
    await page.getByRole('button', { name: 'Comment' }).click();
    await page.locator('.comment').waitFor();
    await page.reload();
    await page.locator('.comment').waitFor();
    expect(await page.locator('.comment').count()).toBe(1);
    faults.splice(0); // The browser reports the broken connections.
  });

  it('does not send a comment again after another login, and says so', async () => {
    const { slug } = await galley.aPost({ status: 'published' });
    const context = await browser.newContext();
    const page = await open(context);
    await register(page, 'Hedy');
    await page.goto(`${site}/#/posts/${slug}`);
    await commentInVain(page, 'In which session?');
    const other = await open(context, '#/login');
    await other.getByLabel('Email address').fill('hedy@example.com');
    await other.getByLabel('Password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Log in' }).click();
    await other.getByRole('heading', { name: 'Posts' }).waitFor();
    await page.getByRole('button', { name: 'Comment' }).click();
    await page.getByText('You have logged in again.').waitFor();
    await page.reload();
    await page.locator('.comment').waitFor();
    expect(await page.locator('.comment').count()).toBe(1);
    await context.close();
    faults.splice(0); // The browser reports the broken connections.
  });

  it('says what is wrong and keeps what was typed', async () => {
    const page = await open(await browser.newContext(), '#/login');
    await page.getByLabel('Email address').fill('ada@example.com');
    await page.getByLabel('Password').fill('not the right password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The email address or the password is not correct.').waitFor();
    expect(await page.getByLabel('Email address').inputValue()).toBe('ada@example.com');
    await page.screenshot({ path: `${SHOTS}/login.png` });
    faults.splice(0); // The browser reports the 401.
    await page.goto(`${site}/#/posts/no-such-post`);
    await page.locator('.problem:not(:empty)').waitFor();
    faults.splice(0);
  });

  it('keeps two tabs logged in that refresh at the same moment, and logs both out', async () => {
    const context = await browser.newContext();
    const first = await open(context);
    await register(first, 'Grace');
    const second = await open(context);
    const refreshes: string[] = [];
    for (const page of [first, second])
      page.on('request', (request) => {
        if (request.url().endsWith('/auth/refresh') && request.method() === 'POST')
          refreshes.push(request.url());
      });
    for (let round = 1; round <= 3; round++) {
      await first.evaluate(EXPIRE);
      await Promise.all([first.reload(), second.reload()]);
      for (const page of [first, second]) await page.getByText('Grace').first().waitFor();
    }
    expect(refreshes.length).toBeGreaterThan(3);
    await first.getByRole('button', { name: 'Log out' }).click();
    for (const page of [first, second]) await page.getByRole('link', { name: 'Log in' }).first().waitFor();
    expect(await first.evaluate('localStorage.length')).toBe(0);
  });

  it('shows a reader whose session has ended what is public', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    await register(page, 'Mary');
    await galley.database.query('DELETE FROM sessions');
    await page.goto(`${site}/#/posts/movable-type`);
    await page.reload();
    await page.getByRole('heading', { name: 'Movable <type>' }).waitFor();
    await page.getByRole('link', { name: 'Log in' }).first().waitFor();
    faults.splice(0); // The browser reports the 401.
  });

  afterAll(() => {
    expect(faults).toEqual([]);
  });
});

/** Lets the access token expire. */
const EXPIRE = `localStorage.galley = JSON.stringify({ ...JSON.parse(localStorage.galley), refreshAt: 0 })`;
