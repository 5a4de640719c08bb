import { escapeText } from '../platform/content/attributes.js';
import { htmlPage } from '../platform/http/answers/html-page.js';
import { DOCS_ICON, docsHeader, HEADER_STYLE } from './docs-header.js';
import { type Chapter, chapterHtml } from './guide.js';

/** Returns a page of the guide with links to the others. */
export function guidePage(chapter: Chapter, chapters: Chapter[], version: string): string {
  const next = chapters[chapters.indexOf(chapter) + 1];
  return htmlPage({
    title: chapter.name === '' ? chapter.title : `${chapter.title} · Galley guide`,
    stylesheets: ['/docs/style.css', HEADER_STYLE],
    icon: DOCS_ICON,
    kind: 'page',
    body: `${docsHeader(version)}
<main><nav class="chapters" aria-label="Guide">${chapters.map((one) => link(one, one === chapter)).join('')}</nav>
${chapterHtml(chapter)}
<p class="next">${next ? `Next: ${link(next)} · ` : ''}Paths such as <code>docs/lists.md</code> are files in the repository of
Galley.</p></main>`,
  });
}

const link = ({ name, title }: Chapter, isCurrent = false): string =>
  `<a href="/docs/guide${name && `/${name}`}"${isCurrent ? ' aria-current="page"' : ''}>${escapeText(title)}</a>`;
