import { readHtml, SILENT } from './html-tokens.js';

/** These elements separate words. */
const BREAKS: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th ' +
    'thead tr ul'
  ).split(' '),
);

/**
 * Returns the visible text of HTML on one line: without markup, scripts and styles, with decoded entities and
 * collapsed white space. The time is linear in the length of `html`. The result is not HTML, so escape it before
 * you add it to a page.
 */
export function plainText(html: string): string {
  return oneLine(/[<&]/.test(html) ? textOf(html) : html);
}

function textOf(html: string): string {
  let text = '';
  let silent = '';
  const separate = (name: string) => {
    if (BREAKS.has(name)) text += ' ';
  };
  readHtml(html, {
    open(name) {
      if (silent === '' && SILENT.has(name)) silent = name;
      separate(name);
    },
    close(name) {
      if (name === silent || name === 'select') silent = '';
      separate(name);
    },
    text(piece) {
      if (silent === '') text += piece;
    },
  });
  return text;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
