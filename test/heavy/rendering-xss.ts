/**
 * Renders payloads that execute scripts if the sanitizer fails, each in many contexts and in both formats, and
 * shows them in Chromium. None may execute. The same payloads are also shown without sanitizing, to verify that the
 * page detects them.
 * `npm run test:heavy -- rendering-xss`, with CHROMIUM_PATH or an unpacked Chromium.
 */
import { chromium } from 'playwright-core';
import { COMMENT_BODY } from '#dist/comments/comment.rendering.js';
import { render } from '#dist/platform/content/render.js';
import { POST_BODY } from '#dist/posts/post.rendering.js';
import { findTool } from '../../scripts/tools/debian-tools.ts';

const RUN = 'ran(1)';
const PAYLOADS = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script/x>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<img src=x onerror="${RUN}"`,
  `<img/src/onerror=${RUN}>`,
  `<img src="x\` \`<script>${RUN}</script>"\` \`>`,
  `<image src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><style><img src=x onerror=${RUN}></style></svg>`,
  `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`,
  `<svg><a><rect width=99% height=99% /><animate attributeName=href to=javascript:${RUN}></a></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<math><mtext><table><mglyph><style><math><img src onerror=${RUN}></style></table></mtext></math>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}></style></mglyph></form></mtext></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<noembed><img title="</noembed><img src onerror=${RUN}>"></noembed>`,
  `<noframes><style></noframes><img src onerror=${RUN}></style>`,
  `<title><img title="</title><img src onerror=${RUN}>"></title>`,
  `<textarea><img title="</textarea><img src onerror=${RUN}>"></textarea>`,
  `<xmp><p title="</xmp><img src=x onerror=${RUN}>">`,
  `<plaintext><img src onerror=${RUN}>`,
  `<iframe><img title="</iframe><img src onerror=${RUN}>"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<iframe src="javascript:parent.${RUN}"></iframe>`,
  `<object data="javascript:${RUN}"></object><embed src="javascript:${RUN}">`,
  `<template><script>${RUN}</script></template>`,
  `<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror=${RUN}>">`,
  `<option><style></option></select><img src=x onerror=${RUN}></style>`,
  `<details open ontoggle=${RUN}><summary>x</summary></details>`,
  `<video src=x onerror=${RUN}></video><audio src=x onerror=${RUN}></audio>`,
  `<video><source onerror=${RUN}></video>`,
  `<input autofocus onfocus=${RUN}><button autofocus onfocus=${RUN}>`,
  `<p tabindex=0 id=x autofocus onfocus=${RUN}>`,
  `<body onload=${RUN}><body onpageshow=${RUN}>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<style>@import 'javascript:${RUN}';</style><style onload=${RUN}></style>`,
  `<link rel=stylesheet href=x onerror=${RUN}><meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="javascript:/a/-${RUN}//"><a href=b>x</a>`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href=" &#1;java&#x09;script&colon;${RUN}">x</a>`,
  `<a href="JaVaScRiPt&#58;${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>" target=_self>x</a>`,
  `<a href='x' title='"><img src=x onerror=${RUN}>'>x</a>`,
  `<a title="&quot;><img src=x onerror=${RUN}>">x</a>`,
  `<p title="<!--"><img title="--><img src=x onerror=${RUN}>">`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<!--!><img src=x onerror=${RUN}>--!><img src=x onerror=${RUN}>`,
  `<![CDATA[><img src=x onerror=${RUN}>]]>`,
  `<?xml ><img src=x onerror=${RUN}>?>`,
  `</ <img src=x onerror=${RUN}>`,
  `<<img src=x onerror=${RUN}>`,
  `<img src=x onerror\0=${RUN}><img\0 src=x onerror=${RUN}>`,
  `<img srcset="x 1x, javascript:${RUN} 2x" onerror=${RUN}>`,
  `&lt;img src=x onerror=${RUN}&gt;&#60;script>${RUN}&#60;/script>`,
  `[x](javascript:${RUN}) ![x](x"onerror="${RUN})`,
  `![x](x "&quot;onerror=${RUN} x=&quot;")`,
  `[x]: javascript:${RUN}\n\n[x] <javascript:${RUN}>`,
  `\`\`\`"><img src=x onerror=${RUN}>\nx\n\`\`\``,
  `http://x.example/"onmouseover=${RUN}//<img src=x onerror=${RUN}>`,
  `<a id=ran name=ran></a><form id=ran><img src=x onerror=${RUN}></form>`,
];

const AROUND: ((x: string) => string)[] = [
  (x) => x,
  (x) => `<p>${x}</p>`,
  (x) => `<table><tr><td>${x}`,
  (x) => `<table>${x}</table>`,
  (x) => `<a href="`.concat(x, '">y</a>'),
  (x) => `<p title='${x}'>y</p>`,
  (x) => `<svg>${x}</svg>`,
  (x) => `<math><mi>${x}</mi></math>`,
  (x) => `<select>${x}</select>`,
  (x) => `<style>${x}</style>${x}`,
  (x) => `<!-- ${x} -->${x}`,
  (x) => `${'<b>'.repeat(220)}${x}`,
  (x) => `${'<div><p>'.repeat(60)}${x}</div>`,
  (x) => `> - ${x}\n\n| a |\n|---|\n| ${x} |`,
  (x) => `<textarea>${x}</textarea>${x}`,
  (x) => x.replace(/[<>]/g, (c) => `${c}${c}`),
  (x) => x.split('').join('\u200b').replaceAll('\u200b', ''),
  (x) => `${x}${x.toUpperCase().replaceAll('RAN(1)', RUN)}`,
];

const bodies = PAYLOADS.flatMap((payload) => AROUND.map((around) => around(payload)));
const pages = bodies.flatMap((body): [kind: string, body: string, html: string][] => [
  ['post, HTML', body, render({ kind: POST_BODY, body, format: 'html' }).html],
  ['post, Markdown', body, render({ kind: POST_BODY, body, format: 'markdown' }).html],
  ['comment', body, render({ kind: COMMENT_BODY, body, format: 'markdown' }).html],
]);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? findTool('chromium'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});
const context = await browser.newContext();
await context.route('**/*', (route) => route.abort());
const page = await context.newPage();
let runs = 0;
await page.exposeFunction('ran', () => void runs++);

/** Shows the HTML, clicks each link with a script, and waits until everything that failed to load has reported it. */
async function runsOf(html: string): Promise<number> {
  runs = 0;
  await page.setContent(`<!doctype html><body>${html}</body>`, { waitUntil: 'load' });
  await page.evaluate(`
    for (const link of document.querySelectorAll('a[href^="javascript:" i]')) link.click();
    new Promise((resolve) => setTimeout(resolve, 0));
  `);
  return runs;
}

let unsafe = 0;
for (const payload of PAYLOADS) unsafe += (await runsOf(payload)) > 0 ? 1 : 0;
let ran = 0;
for (const [kind, body, html] of pages) {
  if ((await runsOf(html)) === 0) continue;
  ran++;
  console.error(`${kind}: ${JSON.stringify(body)} became ${JSON.stringify(html)}`);
}
await browser.close();
console.log(`${PAYLOADS.length} payloads, ${unsafe} of which run where nothing sanitizes them`);
console.log(`${pages.length} pages: ${ran} ran`);
process.exit(ran > 0 || unsafe < PAYLOADS.length / 3 ? 1 : 0);
