import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium.js';
import { Explorer } from '../support/explorer.js';
import { type Galley, startGalley } from '../support/galley.js';
import { until } from '../support/until.js';

const ADA = { email: 'ada@example.com', password: 'correct horse battery staple' };
const MAY = 'You can send this request.';
const MAY_NOT = 'This request requires a login.';

type Session = Record<'accessToken' | 'refreshToken', string>;

/** The width of the page, and the brightness of its background and of its text. */
interface Look {
  wide: number;
  paper: number;
  ink: number;
}

// The scripts of the browser are text, because the types of tests do not include those of browsers.
/** The operation of the link is at the top of the window, and nothing covers it. */
const TOP_OF_LINKED = `() => {
  const { top, left } = document.querySelector('[id$="-publishPost"] .opblock-summary').getBoundingClientRect();
  return top >= 0 && top < 100 && document.elementFromPoint(left + 20, top + 5).closest('.opblock-summary') !== null;
}`;
const EXPIRE = `() => {
  const session = JSON.parse(localStorage.getItem('galley.session'));
  localStorage.setItem('galley.session', JSON.stringify({ ...session, expiresAt: Date.now() }));
  dispatchEvent(new StorageEvent('storage', { key: 'galley.session' }));
}`;
const LOOK = `() => {
  const brightness = (color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
  const style = (of) => getComputedStyle(document.querySelector(of));
  return {
    wide: document.documentElement.scrollWidth,
    paper: brightness(style('body').backgroundColor),
    ink: brightness(style('.swagger-ui .info p').color),
  };
}`;

describe('The documentation page in a browser', () => {
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

  const sessionOf = ({ page }: Explorer) =>
    page.evaluate<Session | null>(`JSON.parse(localStorage.getItem('galley.session'))`);

  it('lets a person register, log in with a form, write and publish with the prefilled examples', async () => {
    const explorer = await Explorer.open(browser, galley.url);
    const { page } = explorer;
    expect(explorer.faults).toEqual([]);
    const locks = async (...ids: string[]) => Promise.all(ids.map((id) => explorer.lock(id)));
    expect(await locks('listPosts', 'getPost', 'createPost', 'getMe')).toEqual([MAY, MAY, MAY_NOT, MAY_NOT]);

    const registered = await explorer.tryOut('registerUser');
    expect(registered).toMatchObject({ status: 201, body: { email: ADA.email } });
    await explorer.operation('createPost').locator('.authorization__btn').click();
    await page.locator('#login-form [name=email]').fill(ADA.email);
    await page.locator('#login-form [name=password]').fill('wrong');
    await page.locator('#login-form [type=submit]').click();
    await page.locator('#login-error:not(:empty)').waitFor();
    expect(explorer.takeFaults()).toEqual([expect.stringContaining('401'), expect.stringContaining('401')]);
    await page.screenshot({ path: 'reports/docs-login.png' });
    await page.locator('#login-close').click();
    await explorer.logIn(ADA.email, ADA.password);
    expect(await page.locator('.account').innerText()).toContain(`Logged in as ${ADA.email}`);
    expect(await locks('listPosts', 'createPost', 'getMe')).toEqual([MAY, MAY, MAY]);

    const { body: post } = await explorer.tryOut('createPost');
    expect(post).toMatchObject({ slug: 'hello-world', status: 'draft' });
    await explorer.reload();
    const published = await explorer.tryOut('publishPost');
    expect(published).toMatchObject({ status: 200, body: { id: post.id, status: 'published' } });
    expect(await explorer.tryOut('listPosts')).toMatchObject({
      status: 200,
      body: { data: [{ id: post.id }] },
    });
    expect(await explorer.tryOut('getPost')).toMatchObject({ status: 200, body: { slug: 'hello-world' } });
    const { body: comment } = await explorer.tryOut('createComment');
    expect(comment).toMatchObject({ postId: post.id });
    expect(await explorer.tryOut('updateComment')).toMatchObject({ status: 200, body: { id: comment.id } });
    expect(await explorer.tryOut('getUser')).toMatchObject({ status: 200, body: { id: registered.body.id } });

    await explorer.closeAllBut('publishPost');
    await page.screenshot({ path: 'reports/swagger-ui.png', fullPage: true });
    expect(explorer.faults).toEqual([]);
    await page.context().close();
  });

  it('refreshes the session by itself, in all tabs, and says when it has ended', async () => {
    await galley.anyone.post('/api/v1/auth/register', { ...ADA, name: 'Ada', email: 'tabs@example.com' });
    const explorer = await Explorer.open(browser, galley.url);
    const { page } = explorer;
    await explorer.logIn('tabs@example.com', ADA.password);
    const other = await Explorer.openIn(await page.context().newPage(), galley.url);
    expect(await other.page.locator('.account').innerText()).toContain('tabs@example.com');

    const first = await sessionOf(explorer);
    await page.evaluate(`(${EXPIRE})()`);
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 200 });
    const second = await sessionOf(explorer);
    expect(second!.refreshToken).not.toBe(first!.refreshToken);
    expect(await other.tryOut('getMe')).toMatchObject({ status: 200 });
    expect(await sessionOf(other)).toEqual(second);
    expect([...explorer.faults, ...other.faults]).toEqual([]);

    await galley.anyone.post('/api/v1/auth/logout', { refreshToken: second!.refreshToken }).expect(204);
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 401 });
    await page.locator('#notice').waitFor();
    expect(await page.locator('#notice').innerText()).toContain('Your session has ended');
    expect(await page.locator('.account').innerText()).toContain('Not logged in');
    expect(await explorer.lock('getMe')).toBe(MAY_NOT);
    await page.screenshot({ path: 'reports/docs-ended.png' });
    await explorer.logIn('tabs@example.com', ADA.password, page.locator('#notice button'));
    expect(await page.locator('#notice').isVisible()).toBe(false);
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 200 });

    await page.locator('#log-out').click();
    await other.page.getByText('Not logged in').waitFor();
    expect(await sessionOf(explorer)).toBeNull();
    expect(await explorer.tryOut('logoutUser')).toMatchObject({ status: 204 });
    await page.context().close();
  });

  it.each([
    ['logs out', null],
    ['logs in as somebody else', 'second@example.com'],
  ])('does not undo what another tab does during a refresh: it %s', async (_what, email) => {
    for (const name of ['first', 'second'])
      await galley.anyone.post('/api/v1/auth/register', { ...ADA, name, email: `${name}@example.com` });
    const explorer = await Explorer.open(browser, galley.url);
    const { page } = explorer;
    await explorer.logIn('first@example.com', ADA.password);
    const other = await Explorer.openIn(await page.context().newPage(), galley.url);
    let begun = false;
    let mayEnd = () => {};
    const end = new Promise<void>((resolve) => (mayEnd = resolve));
    await page.route('**/auth/refresh', async (route) => {
      const response = await route.fetch();
      begun = true;
      await end;
      await route.fulfill({ response });
    });
    await page.evaluate(`(${EXPIRE})()`);
    const reading = explorer.tryOut('getMe');
    await until(() => begun);
    await other.page.locator('#log-out').click();
    if (email) await other.logIn(email, ADA.password);
    const wanted = await sessionOf(other);
    mayEnd();
    const { status, body } = await reading;
    expect([status, body.email]).toEqual(email ? [200, email] : [401, undefined]);
    expect(await sessionOf(explorer)).toEqual(wanted);
    expect(await page.locator('.account').innerText()).toContain(email ?? 'Not logged in');
    expect(await page.locator('#notice').isVisible()).toBe(false);
    await page.context().close();
  });

  it('uses a pasted token until the server rejects it, also after a reload', async () => {
    const explorer = await Explorer.open(browser, galley.url);
    const { page } = explorer;
    const paste = async (token: string) => {
      await page.locator('.btn.authorize').click();
      await page.locator('#login summary').click();
      await page.locator('#token-form [name=token]').fill(token);
      await page.locator('#token-form [type=submit]').click();
      await page.locator('#login').waitFor({ state: 'hidden' });
    };
    const user = await galley.aUser();
    await paste(` ${user.token} `);
    expect(await page.locator('.account').innerText()).toContain('Logged in as your token');
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 200, body: { id: user.id } });
    await explorer.reload();
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 200, body: { id: user.id } });
    expect(explorer.faults).toEqual([]);

    await galley.as(user).post('/api/v1/auth/logout').expect(204);
    expect(await explorer.tryOut('getMe')).toMatchObject({ status: 401 });
    await page.locator('#notice').waitFor();
    expect(await page.locator('.account').innerText()).toContain('Not logged in');
    expect(await sessionOf(explorer)).toBeNull();
    await paste((await galley.aUser()).token);
    expect(await page.locator('#notice').isVisible()).toBe(false);
    await page.locator('#log-out').click();
    expect(await page.locator('.account').innerText()).toContain('Not logged in');
    await page.context().close();
  });

  /** All examples come from the document, and test/examples.spec.ts checks each of them. These are those that were wrong. */
  it('shows examples that fit their operations', async () => {
    const explorer = await Explorer.open(browser, galley.url);
    for (const [id, part] of [
      ['publishPost', '"status": "published"'],
      ['importPosts', '"attachment": {'],
      ['disableUser', '"active": false'],
    ] as const) {
      const operation = explorer.operation(id);
      await operation.locator('.opblock-summary').click();
      const text = await operation.locator('.response[data-code="200"] .highlight-code').first().innerText();
      expect(text).toContain(part);
      expect(text).not.toMatch(/additionalProp|: "string"/);
    }
    expect(explorer.faults).toEqual([]);
    await explorer.page.context().close();
  });

  it('opens the operation of a link, and filters by words of the summary', async () => {
    const { page } = await Explorer.open(browser, `${galley.url}/docs#/posts/publishPost`);
    const linked = page.locator('.opblock[id$="-publishPost"]');
    await linked.locator('.opblock-body').waitFor();
    await until(() => page.evaluate(`(${TOP_OF_LINKED})()`), 200);
    expect(await linked.locator('.example-note').innerText()).toContain('only an example');
    await page.getByPlaceholder('Filter').fill('moderate');
    await page.locator('.opblock[id$="-createPost"]').waitFor({ state: 'detached' });
    expect(await page.locator('.opblock').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
      'operations-comments-moderateComment',
      'operations-webhooks-onCommentModerated',
    ]);
    await page.getByPlaceholder('Filter').fill('onPostPublished');
    await page.locator('#operations-webhooks-onPostPublished').waitFor();
    expect(await page.locator('.opblock').count()).toBe(1);
    const version = (await galley.anyone.get('/health')).body.version as string;
    expect(await page.locator('body').innerText()).toContain(`version ${version}`);
    expect(await page.locator('body').innerText()).not.toContain('1.0.0');
    for (const href of ['/', '/docs/guide', '/docs/problems', '/openapi.json'])
      expect((await galley.anyone.get(href)).status).toBe(
        (await page.locator(`.bar a[href="${href}"]`).count()) * 200,
      );
    await page.context().close();
  });

  it('fits the system: light and dark, wide and narrow', async () => {
    const { page } = await Explorer.open(browser, `${galley.url}/docs#/posts/createPost`);
    await page.locator('.opblock[id$="-createPost"] .opblock-body').waitFor();
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        const followed = page.locator(colorScheme === 'dark' ? 'html.dark-mode' : 'html:not(.dark-mode)');
        await followed.waitFor({ state: 'attached' });
        await page.screenshot({ path: `reports/docs-${colorScheme}-${width}.png` });
        const look = await page.evaluate<Look>(`(${LOOK})()`);
        expect([colorScheme, width, look.wide <= width]).toEqual([colorScheme, width, true]);
        expect(look.paper > look.ink).toBe(colorScheme === 'light');
        expect(Math.abs(look.paper - look.ink)).toBeGreaterThan(120);
      }
    await page.context().close();
  });
});
