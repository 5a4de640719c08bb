import { slugify } from '../platform/content/slugs.js';

/** The folder of the guide in the repository. */
const FOLDER = '/docs/guide/';

/** Returns the rendered Markdown of a page with identifiers of its sections, and with links that this server has. */
export const guideMarkup = (html: string): string =>
  html
    .replace(/<(h[2-4])>(.*?)<\/\1>/g, (_, tag: string, text: string) => section(tag, text))
    .replace(/<a href="([^"]*)">([^]*?)<\/a>/g, (whole, href: string, text: string) =>
      linked(whole, href, text),
    )
    .replace(/<code>(\/docs(?:\/[a-z]+)?)<\/code>/g, '<a href="$1"><code>$1</code></a>');

const section = (tag: string, text: string) =>
  `<${tag} id="${slugify(text.replace(/<[^>]*>/g, ''), 'section')}">${text}</${tag}>`;

function linked(whole: string, href: string, text: string): string {
  if (/^[a-z]+:/.test(href)) return whole;
  // The sanitizer has changed the targets within a page, like all names in a body.
  if (href.startsWith('#')) return `<a href="${href.replace('#user-content-', '#')}">${text}</a>`;
  const { pathname, hash } = new URL(href, `file://${FOLDER}`);
  const page = /^\/docs\/guide\/([a-z-]+|README)\.md$/.exec(pathname)?.[1];
  if (page === undefined) return fileOf(pathname.slice(1), text);
  return `<a href="${page === 'README' ? '/docs/guide' : FOLDER + page}${hash}">${text}</a>`;
}

/** This server does not have the other files of the repository, so the text names the file or the folder. */
function fileOf(path: string, text: string): string {
  const name = path.replace(/\/README\.md$/, '');
  return name.startsWith(text) ? `<code>${name}</code>` : `${text} (<code>${name}</code>)`;
}
