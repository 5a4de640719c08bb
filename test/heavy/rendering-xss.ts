/**
 * Renders payloads that execute scripts if the sanitizer fails, each in many contexts and in both formats, and
 * shows them in Chromium. None may execute. The same payloads are also shown without sanitizing, to verify that the
 * page detects them.
 * `npm run test:heavy -- rendering-xss`, with CHROMIUM_PATH or an unpacked Chromium.
 */
import { chromium } from 'playwright-core';
import { COMMENT_BODY } from '#dist/comments/comment.rendering.js';
import { DEFAULT_PROVIDERS } from '#dist/platform/content/embed-providers.js';
import { render } from '#dist/platform/content/render.js';
import { POST_BODY } from '#dist/posts/post.rendering.js';
import { findTool } from '../../scripts/tools/debian-tools.ts';
import type { Closing } from '../support/closing.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { AROUND, PAYLOADS } from './xss-payloads.ts';

const providers = DEFAULT_PROVIDERS;
const WORDPRESS = { format: 'html', dialect: 'wordpress', providers } as const;

interface Rendered {
  kind: string;
  body: string;
  html: string;
}

export const renderingXss: HeavyTest = async (_args, closing) => {
  const runsOf = await openPage(closing);
  let unsafe = 0;
  for (const payload of PAYLOADS) unsafe += (await runsOf(payload)) > 0 ? 1 : 0;
  const pages = renderAll();
  let ran = 0;
  for (const { kind, body, html } of pages) {
    if ((await runsOf(html)) === 0) continue;
    ran++;
    console.error(`${kind}: ${JSON.stringify(body)} became ${JSON.stringify(html)}`);
  }
  console.log(`${PAYLOADS.length} payloads, ${unsafe} of which run where nothing sanitizes them`);
  console.log(`${pages.length} pages: ${ran} ran`);
  return faultsAmong([
    ran > 0 && `${ran} pages run script`,
    unsafe < PAYLOADS.length / 3 && 'the page does not tell what runs: too few payloads run unsanitized',
  ]);
};

function renderAll(): Rendered[] {
  const bodies = PAYLOADS.flatMap((payload) => AROUND.map((around) => around(payload)));
  return bodies.flatMap((body) => [
    { kind: 'post, HTML', body, html: render({ kind: POST_BODY, body, format: 'html', providers }).html },
    { kind: 'post, WordPress', body, html: render({ ...WORDPRESS, kind: POST_BODY, body }).html },
    { kind: 'comment, WordPress', body, html: render({ ...WORDPRESS, kind: COMMENT_BODY, body }).html },
    { kind: 'post, Markdown', body, html: render({ kind: POST_BODY, body, format: 'markdown' }).html },
    { kind: 'comment', body, html: render({ kind: COMMENT_BODY, body, format: 'markdown' }).html },
  ]);
}

/** Returns a function that shows HTML and returns how many times its script has run. */
async function openPage(closing: Closing): Promise<(html: string) => Promise<number>> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? findTool('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  closing.add(() => browser.close());
  const context = await browser.newContext();
  await context.route('**/*', (route) => route.abort());
  const page = await context.newPage();
  let runs = 0;
  await page.exposeFunction('ran', () => void runs++);
  return async (html) => {
    runs = 0;
    await page.setContent(`<!doctype html><body>${html}</body>`, { waitUntil: 'load' });
    // Clicks each link with a script, and waits until everything that failed to load has reported it.
    await page.evaluate(`
      for (const link of document.querySelectorAll('a[href^="javascript:" i]')) link.click();
      new Promise((resolve) => setTimeout(resolve, 0));
    `);
    return runs;
  };
}
